import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { type Case, casesHold, ref } from "./testing/modules.ts";

const cases: readonly Case[] = [
  {
    behaviour: "properties, required and what stands in them",
    schema: {
      type: "object",
      required: ["line", "free"],
      properties: { line: ref("Line"), free: {}, maybe: { type: "array", items: ref("Line") } },
    },
    valid: [
      { line: { code: "A" }, free: null },
      { line: { code: "A" }, free: 0, maybe: [], other: 1 },
      { line: { code: "A" }, free: 0, maybe: undefined },
    ],
    invalid: [
      [[], " must be an object, got an array of 0 items"],
      [null, " must be an object, got null"],
      [{ free: 1 }, "/line is missing"],
      [{ line: undefined, free: 1 }, "/line is missing"],
      [{ line: { code: "A" } }, "/free is missing"],
      [{ line: {}, free: 1 }, "/line/code is missing"],
      [
        { line: { code: "A" }, free: 1, maybe: [{ code: "A" }, { code: "a" }] },
        '/maybe/1/code must match the pattern ^[A-Z]+$, got "a"',
      ],
      [{ line: { code: "A" }, free: 1, maybe: null }, "/maybe must be an array, got null"],
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
    valid: [{ map: { x: { code: "A" } } }, { both: { a: "a", b: 1 } }, { map: { x: undefined } }],
    invalid: [
      [{ map: { "x/y": { code: 1 } } }, "/map/x~1y/code must be a string, got 1"],
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
];

describe("a compiled check of objects and arrays", async () => {
  const { check } = await casesHold(cases);

  it("takes a value from a class or without a prototype, by its own properties", () => {
    class Line {
      code = "A";
    }
    assert.equal(check("Line")(new Line(), true), undefined);
    assert.equal(check("Line")(Object.assign(Object.create(null), { code: "A" }), true), undefined);
    assert.equal(check("Line")(Object.create({ code: "A" }), false)?.message, "is missing");
  });
});
