import { describe } from "node:test";
import { type Case, casesHold, ref } from "./testing/modules.ts";

const cases: readonly Case[] = [
  {
    behaviour: "a list of types",
    schema: { type: ["string", "null", "array"], minLength: 2, items: { type: "integer" } },
    valid: ["ab", null, [], [1]],
    invalid: [
      ["a", ' must be at least 2 characters long, got "a"'],
      [["a"], '/0 must be an integer, got "a"'],
      [1, " must be null, a string or an array, got 1"],
    ],
  },
  {
    behaviour: "oneOf told apart by type",
    schema: {
      oneOf: [
        { type: "null" },
        ref("Line"),
        { type: "integer", minimum: 0 },
        { enum: ["a", "b"] },
        { const: "c" },
      ],
    },
    valid: [null, { code: "A" }, 0, "a", "c"],
    invalid: [
      ["d", ' must be "a", "b" or "c", got "d"'],
      [-1, " must be at least 0, got -1"],
      [1.5, " must be an integer, got 1.5"],
      [{}, "/code is missing"],
      [[], " must be null, a number, a string or an object, got an array of 0 items"],
    ],
  },
  {
    behaviour: "oneOf told apart by a property",
    schema: {
      oneOf: [
        ref("Card"),
        ref("Cash"),
        {
          type: "object",
          required: ["kind"],
          properties: { kind: { const: "none" }, why: { type: "string" } },
        },
      ],
    },
    valid: [{ kind: "card", number: "1" }, { kind: "coins" }, { kind: "none", why: "a" }],
    invalid: [
      [{}, "/kind is missing"],
      [{ kind: "cheque" }, '/kind must be "card", "cash", "coins" or "none", got "cheque"'],
      [{ kind: "card" }, "/number is missing"],
      [{ kind: "none", why: 1 }, "/why must be a string, got 1"],
      [1, " must be an object, got 1"],
    ],
  },
  {
    behaviour: "oneOf of nothing but values",
    schema: {
      type: "object",
      properties: { a: { oneOf: [{ const: "x", title: "X" }, { const: 2 }, { type: "null" }] } },
    },
    valid: [{ a: "x" }, { a: 2 }, { a: null }],
    invalid: [[{ a: "y" }, '/a must be "x", 2 or null, got "y"']],
  },
  {
    behaviour: "anyOf whose branches overlap",
    schema: {
      anyOf: [
        { type: "object", required: ["email"], properties: { email: { type: "string" } } },
        { type: "object", required: ["phone"], properties: { phone: { type: "string" } } },
      ],
    },
    valid: [{ email: "a" }, { phone: "b" }, { email: "a", phone: "b" }],
    invalid: [
      [{}, " fits none of its alternatives: /email is missing; or /phone is missing"],
      [1, " fits none of its alternatives: must be an object, got 1; or must be an object, got 1"],
    ],
  },
  {
    behaviour: "allOf of objects",
    schema: {
      allOf: [
        ref("Line"),
        {
          type: "object",
          required: ["n", "note"],
          properties: { n: { type: "integer" }, note: { minLength: 1, type: "string" } },
        },
      ],
    },
    valid: [{ code: "A", n: 1, note: "a" }],
    invalid: [
      [{ n: 1, note: "a" }, "/code is missing"],
      [{ code: "A", n: 1 }, "/note is missing"],
      [{ code: "A", n: 1, note: "" }, '/note must be at least 1 character long, got ""'],
      [{ code: "A", n: 1, note: 1 }, "/note must be a string, got 1"],
    ],
  },
  {
    behaviour: "allOf of scalars, and of one reference",
    schema: {
      type: "object",
      properties: {
        code: { allOf: [ref("Code"), { type: "string", maxLength: 2 }] },
        line: { description: "The line.", allOf: [ref("Line")] },
        words: {
          allOf: [
            { type: "array", items: { type: "string" } },
            { type: "array", maxItems: 1 },
          ],
        },
      },
    },
    valid: [{ code: "AB" }, { line: { code: "A" } }, { words: ["a"] }],
    invalid: [
      [{ code: "ABC" }, '/code must be at most 2 characters long, got "ABC"'],
      [{ code: "a" }, '/code must match the pattern ^[A-Z]+$, got "a"'],
      [{ line: {} }, "/line/code is missing"],
      [{ words: [1] }, "/words/0 must be a string, got 1"],
      [{ words: ["a", "b"] }, "/words must have at most 1 item, got an array of 2 items"],
    ],
  },
  {
    behaviour: "$ref",
    schema: ref("Line"),
    valid: [{ code: "A" }],
    invalid: [[{ code: "" }, '/code must match the pattern ^[A-Z]+$, got ""']],
  },
];

describe("a compiled check of unions, allOf and references", async () => {
  await casesHold(cases);
});
