import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { JsonObject } from "../source.ts";
import { load } from "./testing.ts";

interface Case {
  readonly behaviour: string;
  readonly schema: JsonObject;
  readonly valid: readonly unknown[];
  /** A value, and where the problem is and what it says. */
  readonly invalid: readonly (readonly [value: unknown, problem: string])[];
}

const named: Record<string, JsonObject> = {
  Sku: { type: "string", pattern: "^[A-Z]+$" },
  Line: {
    type: "object",
    required: ["sku"],
    properties: { sku: { $ref: "#/components/schemas/Sku" }, note: { type: "string" } },
  },
  Card: {
    type: "object",
    required: ["kind", "number"],
    properties: { kind: { const: "card" }, number: { type: "string" } },
  },
  Cash: { type: "object", required: ["kind"], properties: { kind: { enum: ["cash", "coins"] } } },
};
const ref = (name: string): JsonObject => ({ $ref: `#/components/schemas/${name}` });

const cases: readonly Case[] = [
  {
    behaviour: "type string",
    schema: { type: "string" },
    valid: ["", "a"],
    invalid: [
      [1, " must be a string, got 1"],
      [null, " must be a string, got null"],
      [undefined, " must be a string, got undefined"],
    ],
  },
  {
    behaviour: "type number: finite ones",
    schema: { type: "number" },
    valid: [0, -1.5, 1e300],
    invalid: [
      ["1", ' must be a finite number, got "1"'],
      [Number.NaN, " must be a finite number, got NaN"],
      [Number.POSITIVE_INFINITY, " must be a finite number, got Infinity"],
    ],
  },
  {
    behaviour: "type integer: 1.0 is one",
    schema: { type: "integer" },
    valid: [1.0, -3, 1e300],
    invalid: [
      [1.5, " must be an integer, got 1.5"],
      ["3", ' must be an integer, got "3"'],
      [Number.NaN, " must be an integer, got NaN"],
      [10n, " must be an integer, got a bigint"],
    ],
  },
  {
    behaviour: "type boolean",
    schema: { type: "boolean" },
    valid: [true, false],
    invalid: [[0, " must be true or false, got 0"]],
  },
  {
    behaviour: "type null",
    schema: { type: "null" },
    valid: [null],
    invalid: [
      [undefined, " must be null, got undefined"],
      [0, " must be null, got 0"],
    ],
  },
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
    behaviour: "no keyword at all",
    schema: { description: "Anything." },
    valid: [1, "a", null, {}, [[]]],
    invalid: [],
  },
  {
    behaviour: "minimum and maximum",
    schema: { type: "integer", minimum: 1, maximum: 3 },
    valid: [1, 3],
    invalid: [
      [0, " must be at least 1, got 0"],
      [4, " must be at most 3, got 4"],
    ],
  },
  {
    behaviour: "exclusiveMinimum and exclusiveMaximum",
    schema: { type: "number", exclusiveMinimum: -1, exclusiveMaximum: 1.5 },
    valid: [-0.9, 1.4],
    invalid: [
      [-1, " must be above -1, got -1"],
      [1.5, " must be below 1.5, got 1.5"],
    ],
  },
  {
    behaviour: "multipleOf, in decimals",
    schema: { type: "number", multipleOf: 0.01 },
    valid: [0.07, 19.99, -1.1, 3],
    invalid: [[0.005, " must be a multiple of 0.01, got 0.005"]],
  },
  {
    behaviour: "minLength and maxLength, in code points",
    schema: { type: "string", minLength: 2, maxLength: 3 },
    valid: ["ab", "💡💡💡", "a💡"],
    invalid: [
      ["💡", ' must be at least 2 characters long, got "💡"'],
      ["abcd", ' must be at most 3 characters long, got "abcd"'],
    ],
  },
  {
    behaviour: "minLength 1",
    schema: { type: "string", minLength: 1 },
    valid: ["a", "💡"],
    invalid: [["", ' must be at least 1 character long, got ""']],
  },
  {
    behaviour: "pattern, anywhere in the text, with the u flag",
    schema: { type: "string", pattern: "[/\\p{Lu}]" },
    valid: ["aÄb", "a/b"],
    invalid: [["ab", ' must match the pattern [/\\p{Lu}], got "ab"']],
  },
  {
    behaviour: "format",
    schema: {
      type: "object",
      properties: {
        uuid: { type: "string", format: "uuid" },
        time: { type: "string", format: "date-time" },
        day: { type: "string", format: "date" },
        email: { type: "string", format: "email" },
        uri: { type: "string", format: "uri" },
      },
    },
    valid: [
      {
        uuid: "019a4f2e-7b10-7c3a-9d51-3f2a6b8c1d01",
        time: "2026-03-14T09:26:53Z",
        day: "2026-03-14",
        email: "a@example.com",
        uri: "a:b",
      },
    ],
    invalid: [
      [{ uuid: "x" }, '/uuid must be a UUID, got "x"'],
      [{ time: "x" }, '/time must be a date and time as in RFC 3339, got "x"'],
      [{ day: "2026-02-29" }, '/day must be a date as in RFC 3339, got "2026-02-29"'],
      [{ email: "x" }, '/email must be an e-mail address, got "x"'],
      [{ uri: "x" }, '/uri must be an absolute URI, got "x"'],
      [{ uri: 1 }, "/uri must be a string, got 1"],
    ],
  },
  {
    behaviour: "const",
    schema: { const: "a" },
    valid: ["a"],
    invalid: [["b", ' must be "a", got "b"']],
  },
  {
    behaviour: "enum, short and long",
    schema: {
      type: "array",
      items: {
        type: "object",
        properties: { few: { enum: ["a", 1, null] }, many: { enum: ["a", "b", "c", "d"] } },
      },
    },
    valid: [[{ few: null, many: "d" }], [{ few: 1 }]],
    invalid: [
      [[{ few: "1" }], '/0/few must be "a", 1 or null, got "1"'],
      [[{}, { many: "e" }], '/1/many must be one of "a", "b", "c", "d", got "e"'],
      [[{ many: ["a"] }], '/0/many must be one of "a", "b", "c", "d", got an array of 1 item'],
    ],
  },
  {
    behaviour: "properties, required and what stands in them",
    schema: {
      type: "object",
      required: ["line", "free"],
      properties: { line: ref("Line"), free: {}, maybe: { type: "array", items: ref("Line") } },
    },
    valid: [
      { line: { sku: "A" }, free: null },
      { line: { sku: "A" }, free: 0, maybe: [], other: 1 },
      { line: { sku: "A" }, free: 0, maybe: undefined },
    ],
    invalid: [
      [[], " must be an object, got an array of 0 items"],
      [null, " must be an object, got null"],
      [{ free: 1 }, "/line is missing"],
      [{ line: undefined, free: 1 }, "/line is missing"],
      [{ line: { sku: "A" } }, "/free is missing"],
      [{ line: {}, free: 1 }, "/line/sku is missing"],
      [
        { line: { sku: "A" }, free: 1, maybe: [{ sku: "A" }, { sku: "a" }] },
        '/maybe/1/sku must match the pattern ^[A-Z]+$, got "a"',
      ],
      [{ line: { sku: "A" }, free: 1, maybe: null }, "/maybe must be an array, got null"],
    ],
  },
  {
    behaviour: "properties with names that mean something to JavaScript",
    schema: {
      type: "object",
      required: ["__proto__", "constructor", "a/b~c"],
      properties: JSON.parse(
        '{"__proto__": {"type": "integer"}, "constructor": {"type": "string"}, "a/b~c": {"type": "null"}, "class": {"type": "string"}, "value": {"type": "string"}, "closed": {"const": "closed"}, "own": {"type": "string"}, "": {"type": "string"}, "1": {"type": "string"}, "é": {"type": "string"}, "caf": {"type": "string"}}',
      ),
    },
    valid: [
      JSON.parse('{"__proto__": 1, "constructor": "a", "a/b~c": null, "value": "b", "": "c"}'),
      JSON.parse('{"__proto__": 1, "constructor": "a", "a/b~c": null, "closed": "closed"}'),
    ],
    invalid: [
      [{}, "/__proto__ is missing"],
      [JSON.parse('{"__proto__": 1}'), "/constructor is missing"],
      [JSON.parse('{"__proto__": "a"}'), '/__proto__ must be an integer, got "a"'],
      [JSON.parse('{"__proto__": 1, "constructor": "a", "a/b~c": 1}'), "/a~1b~0c must be null, got 1"],
      [
        JSON.parse('{"__proto__": 1, "constructor": "a", "a/b~c": null, "class": 1}'),
        "/class must be a string, got 1",
      ],
      [JSON.parse('{"__proto__": 1, "constructor": "a", "a/b~c": null, "": 1}'), "/ must be a string, got 1"],
      [
        JSON.parse('{"__proto__": 1, "constructor": "a", "a/b~c": null, "é": 1}'),
        "/é must be a string, got 1",
      ],
    ],
  },
  {
    behaviour: "additionalProperties false",
    schema: { type: "object", properties: { a: {} }, additionalProperties: false },
    valid: [{}, { a: 1 }, { b: undefined }],
    invalid: [[{ a: 1, b: 2 }, "/b is not named by the contract"]],
  },
  {
    behaviour: "additionalProperties with a schema, beside properties and alone",
    schema: {
      type: "object",
      properties: {
        map: { type: "object", additionalProperties: ref("Line") },
        both: {
          type: "object",
          properties: { a: { type: "string" } },
          additionalProperties: { type: "integer" },
        },
      },
    },
    valid: [{ map: { x: { sku: "A" } } }, { both: { a: "a", b: 1 } }, { map: { x: undefined } }],
    invalid: [
      [{ map: { "x/y": { sku: 1 } } }, "/map/x~1y/sku must be a string, got 1"],
      [{ both: { a: 1 } }, "/both/a must be a string, got 1"],
      [{ both: { a: "a", b: "b" } }, '/both/b must be an integer, got "b"'],
      [{ map: JSON.parse('{"__proto__": 1}') }, "/map/__proto__ must be an object, got 1"],
    ],
  },
  {
    behaviour: "minProperties and maxProperties",
    schema: { type: "object", minProperties: 1, maxProperties: 2 },
    valid: [{ a: 1 }, { a: 1, b: 2, c: undefined }],
    invalid: [
      [{}, " must have at least 1 property, got an object"],
      [{ a: 1, b: 2, c: 3 }, " must have at most 2 properties, got an object"],
    ],
  },
  {
    behaviour: "items, minItems and maxItems",
    schema: { type: "array", items: { type: "array", items: { type: "integer" } }, minItems: 1, maxItems: 2 },
    valid: [[[]], [[1], [2, 3]]],
    invalid: [
      ["a", ' must be an array, got "a"'],
      [{ length: 1, 0: [] }, " must be an array, got an object"],
      [[], " must have at least 1 item, got an array of 0 items"],
      [[[], [], []], " must have at most 2 items, got an array of 3 items"],
      [[[1], [2, "3"]], '/1/1 must be an integer, got "3"'],
    ],
  },
  {
    behaviour: "uniqueItems, by value",
    schema: { type: "array", uniqueItems: true },
    valid: [[], [1, "1", { a: 1 }, { a: 2 }]],
    invalid: [
      [[1, 2, 1], "/2 must be different from the items before it, got 1"],
      [
        [
          { a: 1, b: 2 },
          { b: 2, a: 1 },
        ],
        "/1 must be different from the items before it, got an object",
      ],
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
    valid: [null, { sku: "A" }, 0, "a", "c"],
    invalid: [
      ["d", ' must be "a", "b" or "c", got "d"'],
      [-1, " must be at least 0, got -1"],
      [1.5, " must be an integer, got 1.5"],
      [{}, "/sku is missing"],
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
    valid: [{ sku: "A", n: 1, note: "a" }],
    invalid: [
      [{ n: 1, note: "a" }, "/sku is missing"],
      [{ sku: "A", n: 1 }, "/note is missing"],
      [{ sku: "A", n: 1, note: "" }, '/note must be at least 1 character long, got ""'],
      [{ sku: "A", n: 1, note: 1 }, "/note must be a string, got 1"],
    ],
  },
  {
    behaviour: "allOf of scalars, and of one reference",
    schema: {
      type: "object",
      properties: {
        code: { allOf: [ref("Sku"), { type: "string", maxLength: 2 }] },
        line: { description: "The line.", allOf: [ref("Line")] },
        words: {
          allOf: [
            { type: "array", items: { type: "string" } },
            { type: "array", maxItems: 1 },
          ],
        },
      },
    },
    valid: [{ code: "AB" }, { line: { sku: "A" } }, { words: ["a"] }],
    invalid: [
      [{ code: "ABC" }, '/code must be at most 2 characters long, got "ABC"'],
      [{ code: "a" }, '/code must match the pattern ^[A-Z]+$, got "a"'],
      [{ line: {} }, "/line/sku is missing"],
      [{ words: [1] }, "/words/0 must be a string, got 1"],
      [{ words: ["a", "b"] }, "/words must have at most 1 item, got an array of 2 items"],
    ],
  },
  {
    behaviour: "$ref",
    schema: ref("Line"),
    valid: [{ sku: "A" }],
    invalid: [[{ sku: "" }, '/sku must match the pattern ^[A-Z]+$, got ""']],
  },
];

describe("a compiled check", async () => {
  const schemas = Object.fromEntries(cases.map(({ schema }, index) => [`Case${index}`, schema]));
  const loaded = await load({ ...named, ...schemas });

  for (const [index, { behaviour, valid, invalid }] of cases.entries()) {
    it(`enforces ${behaviour}`, () => {
      const check = loaded.check(`Case${index}`);
      for (const value of valid) assert.equal(check(value, false), undefined, JSON.stringify(value));
      for (const [value, expected] of invalid) {
        const problem = check(value, false);
        assert.equal(problem && `${problem.pointer} ${problem.message}`, expected);
      }
    });
  }

  it("takes a value from a class or without a prototype, by its own properties", () => {
    class Line {
      sku = "A";
    }
    assert.equal(loaded.check("Line")(new Line(), true), undefined);
    assert.equal(loaded.check("Line")(Object.assign(Object.create(null), { sku: "A" }), true), undefined);
    assert.equal(loaded.check("Line")(Object.create({ sku: "A" }), false)?.message, "is missing");
  });
});
