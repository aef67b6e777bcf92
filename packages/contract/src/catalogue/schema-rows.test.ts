import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { JsonObject } from "../source.ts";
import { schemaRows } from "./schema-rows.ts";

const reference = (name: string): JsonObject => ({ $ref: `#/components/schemas/${name}` });

function rows(schemas: Record<string, JsonObject>) {
  return schemaRows(schemas, "Top").map(({ path, depth, type, required, limits }) => [
    path,
    depth,
    type,
    required,
    limits.join("; "),
  ]);
}

describe("schema rows", () => {
  it("has a row for each field, at any depth, following references", () => {
    const schemas = {
      Top: {
        type: "object",
        required: ["lines"],
        properties: { lines: reference("Lines"), note: { type: "string" } },
      },
      Lines: { type: "array", minItems: 1, maxItems: 9, items: reference("Line") },
      Line: { type: "object", required: ["price"], properties: { price: reference("Money") } },
      Money: { type: "object", properties: { amount: { type: "integer", minimum: 0 } } },
    };
    assert.deepEqual(rows(schemas), [
      ["lines", 0, "list of objects", true, "1 to 9 entries"],
      ["lines[].price", 1, "object", true, ""],
      ["lines[].price.amount", 2, "integer", false, "at least 0"],
      ["note", 0, "string", false, ""],
    ]);
  });

  it("shows every limit, including keywords without a phrase", () => {
    const properties = {
      kind: { type: "string", enum: ["a", "b"] },
      fixed: { const: 1 },
      code: { type: "string", pattern: "^x$", minLength: 2 },
      share: { type: "number", exclusiveMinimum: 0, exclusiveMaximum: 1, multipleOf: 0.5 },
      tags: { type: "array", uniqueItems: true, items: { type: "string", maxLength: 5 } },
      closed: { type: "object", additionalProperties: false },
      odd: { type: "string", contentEncoding: "base64" },
    };
    assert.deepEqual(
      schemaRows({ Top: { type: "object", properties } }, "Top").map(({ name, limits }) => [name, limits]),
      [
        ["kind", ["`a` · `b`"]],
        ["fixed", ["always `1`"]],
        ["code", ["at least 2 characters", "matches `^x$`"]],
        ["share", ["more than 0", "less than 1", "a multiple of 0.5"]],
        ["tags", ["no entry twice", "each at most 5 characters"]],
        ["closed", ["no other fields"]],
        ["odd", ["contentEncoding `base64`"]],
      ],
    );
  });

  it("shows each alternative, and merges allOf", () => {
    const schemas = {
      Top: {
        properties: {
          one: { oneOf: [reference("A"), { type: "null" }] },
          both: { allOf: [reference("A"), reference("B")] },
        },
      },
      A: { type: "object", properties: { a: { type: "string" } } },
      B: { type: "object", properties: { b: { type: "string" } } },
    };
    assert.deepEqual(
      schemaRows(schemas, "Top").map(({ name, path, depth }) => [name, path, depth]),
      [
        ["one", "one", 0],
        ["either 1", "one", 1],
        ["a", "one.a", 2],
        ["either 2", "one", 1],
        ["both", "both", 0],
        ["a", "both.a", 1],
        ["b", "both.b", 1],
      ],
    );
  });

  it("shows a recursive schema once", () => {
    const schemas = {
      Top: { properties: { inner: reference("Top"), list: { type: "array", items: reference("Top") } } },
    };
    assert.deepEqual(
      schemaRows(schemas, "Top").map(({ path }) => path),
      ["inner", "list"],
    );
  });
});
