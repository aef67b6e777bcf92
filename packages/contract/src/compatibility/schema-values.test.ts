import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { JsonObject } from "../source.ts";
import { findProblems } from "./containment/contains.ts";
import { schemaValues } from "./schema-values.ts";

const text = { type: "string" };
const tree = (value: JsonObject, required: string[] = []): JsonObject => ({
  type: "object",
  required,
  properties: { value, children: { type: "array", items: { $ref: "#/components/schemas/Tree" } } },
});
const list = (name: string, value: JsonObject, next: string): Record<string, JsonObject> => ({
  [name]: {
    type: "object",
    properties: { value, next: { $ref: `#/components/schemas/${next}` } },
  },
});
const props = (more: JsonObject) => ({ type: "object", properties: { a: text }, ...more });

/** Schemas as they are written elsewhere, and who refuses what the other side may send; `?` for not known. */
const cases: readonly (readonly [
  name: string,
  old: Record<string, JsonObject>,
  now: Record<string, JsonObject>,
  expected: "" | "old" | "new" | "old new" | "old? new?",
])[] = [
  ["a recursive schema and itself", { Tree: tree(text) }, { Tree: tree(text) }, ""],
  ["a field required at every level", { Tree: tree(text) }, { Tree: tree(text, ["value"]) }, "new"],
  ["another type at every level", { Tree: tree(text) }, { Tree: tree({ type: "integer" }) }, "old new"],
  [
    "a recursion unrolled once",
    { Tree: list("X", text, "Tree").X ?? {} },
    { Tree: list("X", text, "Other").X ?? {}, ...list("Other", text, "Tree") },
    "",
  ],
  [
    "a change in every second level",
    { Tree: list("X", text, "Tree").X ?? {} },
    { Tree: list("X", text, "Other").X ?? {}, ...list("Other", { type: "integer" }, "Tree") },
    "old new",
  ],
  [
    "a schema that is nothing but itself",
    { Tree: { anyOf: [text, { $ref: "#/components/schemas/Tree" }] } },
    { Tree: { anyOf: [{ $ref: "#/components/schemas/Tree" }, text] } },
    "",
  ],
  [
    "keywords that are not understood, unchanged, beside a new field",
    { Tree: props({ properties: { a: text, b: { not: { const: "x" } } } }) },
    { Tree: props({ properties: { a: text, b: { not: { const: "x" } }, c: text } }) },
    "",
  ],
  [
    "keywords that are not understood, changed",
    { Tree: props({ properties: { b: { not: { const: "x" } } } }) },
    { Tree: props({ properties: { b: { not: { const: "y" } } } }) },
    "old? new?",
  ],
  [
    "what a reference inside of them leads to, changed",
    { Tree: { not: { $ref: "#/components/schemas/Other" } }, Other: text },
    { Tree: { not: { $ref: "#/components/schemas/Other" } }, Other: { type: "integer" } },
    "old? new?",
  ],
  [
    "a field beside keywords that are not understood, changed",
    { Tree: props({ properties: { a: text, b: { not: { const: "x" } } } }) },
    { Tree: props({ properties: { a: { type: "integer" }, b: { not: { const: "x" } } } }) },
    "old new",
  ],
  ["no type", { Tree: { properties: { a: text } } }, { Tree: props({}) }, ""],
  ["a required field that is not declared", { Tree: props({}) }, { Tree: props({ required: ["b"] }) }, "new"],
  ["keywords that say nothing", { Tree: text }, { Tree: { ...text, example: "a", xml: {} } }, ""],
  ["a format that says nothing", { Tree: text }, { Tree: { ...text, format: "colour" } }, ""],
  [
    "texts beside a reference",
    { Tree: { $ref: "#/components/schemas/Other" }, Other: text },
    { Tree: { $ref: "#/components/schemas/Other", description: "One." }, Other: text },
    "",
  ],
  [
    "properties beside allOf",
    { Tree: { allOf: [props({}), { type: "object", properties: { b: text } }] } },
    { Tree: { ...props({}), allOf: [{ type: "object", properties: { b: text } }] } },
    "",
  ],
  [
    "branches of oneOf that may both fit, unchanged",
    { Tree: { oneOf: [props({}), props({ required: ["a"] })] } },
    { Tree: { oneOf: [props({}), props({ required: ["a"] })] } },
    "",
  ],
  [
    "branches of oneOf that may both fit, changed",
    { Tree: { oneOf: [props({}), props({ required: ["a"] })] } },
    { Tree: { oneOf: [props({})] } },
    "old? new?",
  ],
  [
    "the schema true",
    { Tree: props({ additionalProperties: true }) },
    { Tree: props({ additionalProperties: {} }) },
    "",
  ],
];

describe("schemas that no code is generated from are compared as well", () => {
  for (const [name, old, now, expected] of cases) {
    it(`${expected === "" ? "none is refused" : `refused by ${expected}`}: ${name}`, () => {
      const [was, is] = [schemaValues(old).values("Tree"), schemaValues(now).values("Tree")];
      const refusal = (problems: ReturnType<typeof findProblems>, who: string) => {
        if (problems.length === 0) return "";
        return problems.some(({ witness }) => witness !== undefined) ? who : `${who}?`;
      };
      const found = [refusal(findProblems(is, was), "old"), refusal(findProblems(was, is), "new")];
      assert.equal(found.filter(Boolean).join(" "), expected, JSON.stringify([findProblems(is, was)]));
    });
  }
});
