/** Changes of a schema, each with the consumers that it breaks. */
import type { JsonObject } from "../../source.ts";

/**
 * Who refuses what the other side may send: `old` consumers, `new` consumers, both, or none; `same` if there is
 * no difference. `?` marks what can neither be proved nor disproved.
 */
export type Expected = "same" | "none" | "old" | "new" | "both" | "old? new?";

export const text = { type: "string" } as const;
export const integer = { type: "integer" } as const;
const a: JsonObject = { type: "object", required: ["a"], properties: { a: text } };
const object = (properties: JsonObject, required: string[] = [], more: JsonObject = {}): JsonObject => ({
  type: "object",
  required,
  properties,
  ...more,
});
const array = (items: JsonObject, more: JsonObject = {}): JsonObject => ({ type: "array", items, ...more });
const tagged = (kind: string, properties: JsonObject = {}, required: string[] = []): JsonObject =>
  object({ kind: { const: kind }, ...properties }, ["kind", ...required]);
const changing = { $ref: "#/components/schemas/Changing" };

export const schemaChanges: readonly (readonly [
  name: string,
  old: JsonObject,
  now: JsonObject,
  expected: Expected,
])[] = [
  ["the same", { ...text, maxLength: 5 }, { maxLength: 5, ...text }, "same"],
  ["another description", { ...text, description: "One." }, { ...text, description: "Two." }, "same"],
  [
    "an inlined reference",
    { $ref: "#/components/schemas/BasketId" },
    { type: "string", format: "uuid" },
    "same",
  ],
  ["an allOf of one", a, { allOf: [a] }, "same"],
  ["the order of an enum", { enum: ["a", "b"] }, { enum: ["b", "a"] }, "none"],
  ["a const for an enum of one", { enum: ["a"] }, { const: "a" }, "same"],
  ["a union for a list of types", { type: ["string", "null"] }, { oneOf: [text, { type: "null" }] }, "same"],
  [
    "bounds of integers written differently",
    { ...integer, minimum: 1 },
    { ...integer, exclusiveMinimum: 0 },
    "same",
  ],

  ["an optional field added", a, object({ a: text, b: text }, ["a"]), "none"],
  ["a required field added", a, object({ a: text, b: text }, ["a", "b"]), "new"],
  ["an optional field removed", object({ a: text, b: text }, ["a"]), a, "none"],
  ["a required field removed", object({ a: text, b: text }, ["a", "b"]), a, "old"],
  ["a required field renamed", a, object({ b: text }, ["b"]), "both"],
  ["an optional field renamed", object({ a: text }), object({ b: text }), "none"],
  ["an optional field required", object({ a: text }), a, "new"],
  ["a required field optional", a, object({ a: text }), "old"],
  ["the type of an optional field", object({ a: text }), object({ a: integer }), "both"],
  [
    "a field beside one that is named as what every object inherits",
    object({ constructor: text, a: integer }),
    object({ constructor: text, a: text }),
    "both",
  ],
  [
    "an optional field added that is named as what every object inherits",
    object({ toString: text }),
    object({ toString: text, hasOwnProperty: text }),
    "none",
  ],
  ["a field of a field", object({ a }), object({ a: object({ a: integer }) }), "both"],
  ["a field of an item", array(a), array(object({ a: text, b: text }, ["a", "b"])), "new"],

  ["a type", text, integer, "both"],
  ["integers to numbers", integer, { type: "number" }, "old"],
  ["numbers to integers", { type: "number" }, integer, "new"],
  ["null allowed", text, { type: ["string", "null"] }, "old"],
  ["null refused", { type: ["string", "null"] }, text, "new"],
  ["anything to texts", {}, text, "new"],
  ["texts to anything", text, {}, "old"],
  ["booleans to texts", { type: "boolean" }, text, "both"],
  ["booleans to an enum of them", { type: "boolean" }, { enum: [true, false] }, "same"],

  ["an enum widened", { enum: ["a", "b"] }, { enum: ["a", "b", "c"] }, "old"],
  ["an enum narrowed", { enum: ["a", "b"] }, { enum: ["a"] }, "new"],
  ["an enum with other values", { enum: ["a", "b"] }, { enum: ["b", "c"] }, "both"],
  ["an enum to any text", { enum: ["a"] }, text, "old"],
  ["any text to an enum", text, { enum: ["a"] }, "new"],
  ["a const", { const: 1 }, { const: 2 }, "both"],
  ["a range that is an enum", { ...integer, minimum: 1, maximum: 3 }, { enum: [1, 2, 3] }, "none"],

  ["a minimum raised", { ...integer, minimum: 1 }, { ...integer, minimum: 2 }, "new"],
  ["a minimum lowered", { ...integer, minimum: 1 }, { ...integer, minimum: 0 }, "old"],
  ["a maximum raised", { ...integer, maximum: 9 }, { ...integer, maximum: 10 }, "old"],
  ["a maximum removed", { ...integer, maximum: 9 }, integer, "old"],
  ["a bound made exclusive", { type: "number", maximum: 1 }, { type: "number", exclusiveMaximum: 1 }, "new"],
  [
    "an exclusive bound moved",
    { type: "number", exclusiveMinimum: 1 },
    { type: "number", exclusiveMinimum: 0 },
    "old",
  ],
  ["a multiple refined", { type: "number", multipleOf: 0.1 }, { type: "number", multipleOf: 0.01 }, "old"],
  ["a multiple added", integer, { ...integer, multipleOf: 5 }, "new"],
  ["multiples of one", { type: "number", multipleOf: 1 }, integer, "same"],
  [
    "a minimum raised to the first multiple",
    { ...integer, minimum: 1, multipleOf: 5 },
    { ...integer, minimum: 5, multipleOf: 5 },
    "same",
  ],
  [
    "a maximum lowered to the last multiple of both steps",
    {
      allOf: [
        { ...integer, multipleOf: 4 },
        { ...integer, multipleOf: 6, maximum: 47 },
      ],
    },
    { ...integer, multipleOf: 12, maximum: 36 },
    "same",
  ],
  [
    "a bound made exclusive where integers are no longer exact",
    { ...integer, minimum: 2 ** 53 },
    { ...integer, exclusiveMinimum: 2 ** 53 },
    "new",
  ],
  [
    "a maximum made exclusive where integers are no longer exact",
    { ...integer, exclusiveMaximum: 2 ** 53 + 4 },
    { ...integer, maximum: 2 ** 53 + 4 },
    "old",
  ],

  ["a longer text", { ...text, maxLength: 5 }, { ...text, maxLength: 6 }, "old"],
  ["a text that may be empty", { ...text, minLength: 1 }, text, "old"],
  ["a text that must not be empty", text, { ...text, minLength: 1 }, "new"],
  ["a pattern added", text, { ...text, pattern: "^[a-z]+$" }, "new"],
  ["a pattern changed", { ...text, pattern: "^[A-Z]{3}$" }, { ...text, pattern: "^[A-Z]{2}$" }, "both"],
  ["a pattern widened", { ...text, pattern: "^[A-Z]{3}$" }, { ...text, pattern: "^[A-Z]{3,4}$" }, "old"],
  [
    "a pattern widened by one of many characters",
    { ...text, pattern: "^[a-z0-9-]{0,63}$" },
    { ...text, pattern: "^[a-z0-9-]{0,64}$" },
    "old",
  ],
  ["a pattern said otherwise", { ...text, pattern: "^\\d$" }, { ...text, pattern: "^[0-9]$" }, "none"],
  [
    "a pattern that says a length",
    { ...text, pattern: "^[A-Z]{3}$" },
    { ...text, minLength: 3, maxLength: 3 },
    "old",
  ],
  [
    "a pattern with a back reference, which no automaton has",
    { ...text, pattern: "^(a+)\\1$" },
    { ...text, pattern: "^(?:aa)+$" },
    "old? new?",
  ],
  ["a format added", text, { ...text, format: "uuid" }, "new"],
  ["a format of numbers widened", { ...integer, format: "int32" }, { ...integer, format: "int64" }, "old"],
  [
    "the bounds of a number's format written out",
    { ...integer, format: "int32" },
    { ...integer, minimum: -2147483648, maximum: 2147483647 },
    "same",
  ],
  ["double for any number", { type: "number" }, { type: "number", format: "double" }, "same"],
  ["another format of addresses", { ...text, format: "ipv4" }, { ...text, format: "ipv6" }, "both"],
  ["base64 asked for", { ...text, format: "binary" }, { ...text, format: "byte" }, "new"],
  ["a host name instead of any text", text, { ...text, format: "hostname" }, "new"],
  ["a duration instead of a date", { ...text, format: "date" }, { ...text, format: "duration" }, "both"],
  ["a format changed", { ...text, format: "date" }, { ...text, format: "date-time" }, "both"],
  [
    "a format instead of a length",
    { ...text, format: "uuid" },
    { ...text, minLength: 36, maxLength: 36 },
    "old",
  ],

  ["items of another type", array(text), array(integer), "both"],
  ["more items", array(text, { maxItems: 2 }), array(text, { maxItems: 3 }), "old"],
  ["fewer items", array(text, { minItems: 1 }), array(text, { minItems: 2 }), "new"],
  ["items without duplicates", array(text), array(text, { uniqueItems: true }), "new"],
  ["items with duplicates", array(text, { uniqueItems: true }), array(text), "old"],

  ["other keys refused", a, object({ a: text }, ["a"], { additionalProperties: false }), "none"],
  [
    "a field added beside refused keys",
    object({ a: text }, [], { additionalProperties: false }),
    object({ a: text, b: text }, [], { additionalProperties: false }),
    "old",
  ],
  [
    "a field removed beside refused keys",
    object({ a: text, b: text }, [], { additionalProperties: false }),
    object({ a: text }, [], { additionalProperties: false }),
    "new",
  ],
  ["other keys allowed", a, object({ a: text }, ["a"], { additionalProperties: true }), "none"],
  [
    "a map of other values",
    object({}, [], { additionalProperties: integer }),
    object({}, [], { additionalProperties: text }),
    "both",
  ],
  [
    "a field named in a map",
    object({}, [], { additionalProperties: integer }),
    object({ a: text }, [], { additionalProperties: integer }),
    "both",
  ],
  [
    "fewer keys",
    object({}, [], { additionalProperties: integer }),
    object({}, [], { additionalProperties: integer, maxProperties: 2 }),
    "new",
  ],
  [
    "a number of keys that is always there",
    object({ a: text, b: text }, ["a"]),
    object({ a: text, b: text }, ["a"], { minProperties: 1 }),
    "none",
  ],

  [
    "a branch of oneOf added",
    { oneOf: [tagged("a"), tagged("b")] },
    { oneOf: [tagged("a"), tagged("b"), tagged("c")] },
    "old",
  ],
  ["a branch of oneOf removed", { oneOf: [tagged("a"), tagged("b")] }, { oneOf: [tagged("a")] }, "new"],
  [
    "the order of oneOf",
    { oneOf: [tagged("a"), tagged("b")] },
    { oneOf: [tagged("b"), tagged("a")] },
    "none",
  ],
  [
    "an optional field in a branch",
    { oneOf: [tagged("a"), tagged("b")] },
    { oneOf: [tagged("a"), tagged("b", { x: text })] },
    "none",
  ],
  [
    "a required field in a branch",
    { oneOf: [tagged("a"), tagged("b")] },
    { oneOf: [tagged("a"), tagged("b", { x: text }, ["x"])] },
    "new",
  ],
  [
    "branches for an enum",
    object({ kind: { enum: ["a", "b"] } }, ["kind"]),
    { oneOf: [tagged("a"), tagged("b")] },
    "none",
  ],
  [
    "a branch of anyOf added",
    { anyOf: [text, integer] },
    { anyOf: [text, integer, { type: "boolean" }] },
    "old",
  ],
  [
    "a part of allOf that narrows",
    { allOf: [text, { ...text, maxLength: 9 }] },
    {
      allOf: [
        { ...text, minLength: 2 },
        { ...text, maxLength: 9 },
      ],
    },
    "new",
  ],
  [
    "fields spread over allOf",
    object({ a: text, b: text }, ["a"]),
    { allOf: [a, object({ b: text })] },
    "same",
  ],
  [
    "a field required in a part of allOf",
    object({ a: text, b: text }, ["a"]),
    { allOf: [a, object({ b: text }, ["b"])] },
    "new",
  ],

  ["what a reference leads to", changing, changing, "both"],
  ["items behind a reference", array(changing), array(changing), "both"],
];
