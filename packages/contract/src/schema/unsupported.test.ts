import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { JsonObject } from "../source.ts";
import { compileSchemas, findUnsupported, UnsupportedSchemaError } from "./index.ts";

/** `pointer message; fix` of each finding, the pointer relative to the schema. */
function findings(schema: JsonObject, others: Record<string, JsonObject> = {}): string[] {
  return findUnsupported({ ...others, Tested: schema }).map(
    ({ pointer, message, fix }) => `${pointer.replace("/components/schemas/Tested", "")} ${message}; ${fix}`,
  );
}

function refuses(
  schema: JsonObject,
  pointer: string,
  pattern: RegExp,
  others?: Record<string, JsonObject>,
): void {
  const found = findings(schema, others);
  const [only = ""] = found;
  assert.equal(found.length, 1, found.join("\n"));
  assert.ok(only.startsWith(`${pointer} `), only);
  assert.match(only, pattern);
}

const ref = (name: string): JsonObject => ({ $ref: `#/components/schemas/${name}` });
const object = (properties: JsonObject): JsonObject => ({ type: "object", properties });

describe("a schema that cannot be enforced completely is refused", () => {
  for (const keyword of [
    "if",
    "then",
    "else",
    "not",
    "dependencies",
    "dependentRequired",
    "dependentSchemas",
    "patternProperties",
    "propertyNames",
    "contains",
    "additionalItems",
    "prefixItems",
    "unevaluatedProperties",
    "contentEncoding",
    "contentMediaType",
    "nullable",
    "discriminator",
    "definitions",
    "$id",
    "$schema",
    "minlength",
    "constructor",
    "toString",
  ]) {
    it(`for the keyword ${keyword}`, () => {
      refuses(
        { type: "string", [keyword]: {} },
        `/${keyword}`,
        new RegExp(`the keyword "${keyword.replace("$", "\\$")}" is not enforced; .`),
      );
    });
  }

  it("with the place of the keyword in the document", () => {
    const schema = object({
      "a/b": { type: "array", items: { oneOf: [{ type: "null" }, { type: "string", nullable: true }] } },
    });
    refuses(
      schema,
      "/properties/a~1b/items/oneOf/1/nullable",
      /is not enforced; write "type: \[string, 'null'\]"/,
    );
    refuses({ type: "object", additionalProperties: { if: {} } }, "/additionalProperties/if", /not enforced/);
    refuses({ allOf: [{ type: "string", not: {} }] }, "/allOf/0/not", /not enforced/);
  });

  it("for a keyword that does not apply to the type", () => {
    refuses(
      { type: "integer", minLength: 1 },
      "/minLength",
      /does not apply to values of type integer; .*"type: string"/,
    );
    refuses({ type: ["string", "null"], minItems: 1 }, "/minItems", /type string or null; .*"type: array"/);
    refuses({ properties: {} }, "/properties", /"properties" needs a type; add "type: object"/);
    refuses({ minimum: 1 }, "/minimum", /add "type: integer" or "type: number"/);
  });

  it("for invalid values of keywords", () => {
    refuses({ type: "strin" }, "/type", /"type" must be one of null, boolean, .*but is "strin"/);
    refuses({ type: [] }, "/type", /must be one of/);
    refuses({ type: "string", minLength: -1 }, "/minLength", /an integer of 0 or more, but is -1/);
    refuses({ type: "string", maxLength: "3" }, "/maxLength", /an integer of 0 or more, but is "3"/);
    refuses({ type: "string", pattern: "(" }, "/pattern", /valid with the u flag, but is "\("/);
    refuses({ type: "string", pattern: "\\-" }, "/pattern", /valid with the u flag/);
    refuses(
      { type: "string", format: "idn-email" },
      "/format",
      /one of uuid, date-time, date, duration, email, .*int64, float, double, but is "idn-email"/,
    );
    refuses({ type: "number", multipleOf: 0 }, "/multipleOf", /above 0/);
    refuses({ type: "number", minimum: Number.NaN }, "/minimum", /a finite number/);
    refuses({ enum: [] }, "/enum", /different strings, numbers/);
    refuses({ enum: ["a", "a"] }, "/enum", /different/);
    refuses({ enum: [{}] }, "/enum", /different strings, numbers, booleans or null/);
    refuses({ const: {} }, "/const", /a string, a number/);
    refuses({ type: "array", items: [{}] }, "/items", /must be one schema.*named property for each position/);
    refuses({ type: "array", uniqueItems: "yes" }, "/uniqueItems", /true or false/);
    refuses({ type: "object", required: "a" }, "/required", /property names/);
    refuses({ oneOf: [] }, "/oneOf", /at least one schema/);
    refuses({ type: "string", examples: "a" }, "/examples", /a list/);
    refuses({ type: "string", description: 1 }, "/description", /a string/);
  });

  it("for a schema that is not a mapping", () => {
    refuses(object({ a: true }), "/properties/a", /a schema must be a mapping, but this is true; write \{\}/);
    refuses({ type: "array", items: false }, "/items", /but this is false/);
  });

  it("for bounds that contradict each other", () => {
    refuses(
      { type: "string", minLength: 2, maxLength: 1 },
      "/minLength",
      /no value satisfies both minLength 2 and maxLength 1/,
    );
    refuses({ type: "array", minItems: 2, maxItems: 1 }, "/minItems", /change one/);
    refuses({ type: "object", minProperties: 2, maxProperties: 1 }, "/minProperties", /change one/);
    refuses({ type: "number", minimum: 2, maximum: 1 }, "/minimum", /change one/);
    refuses({ type: "number", minimum: 2, exclusiveMaximum: 2 }, "/minimum", /change one/);
    refuses({ type: "number", exclusiveMinimum: 2, maximum: 2 }, "/exclusiveMinimum", /change one/);
  });

  it("for a format of another type, or one that no value satisfies", () => {
    refuses(
      { type: "string", format: "int32" },
      "/format",
      /type string; leave it out, or write "type: integer"/,
    );
    refuses({ type: "integer", format: "uuid" }, "/format", /does not apply to values of type integer/);
    refuses({ type: "number", format: "int64" }, "/format", /write "type: integer"/);
    refuses({ type: "boolean", format: "uuid" }, "/format", /type boolean/);
    refuses(
      { type: "integer", format: "int32", minimum: 3_000_000_000 },
      "/format",
      /-2147483648 to 2147483647/,
    );
    refuses(
      { type: "integer", format: "int32", exclusiveMaximum: -3e9 },
      "/format",
      /no value satisfies both/,
    );
  });

  it("for a pattern that may not end in time", () => {
    refuses({ type: "string", pattern: "^(a+)+$" }, "/pattern", /exponential time: .*rewrite it so/);
    refuses({ type: "string", pattern: "^(a*)(\\1)+$" }, "/pattern", /back reference/);
    refuses(
      { type: "string", pattern: "\\s*$" },
      "/pattern",
      /to the power of 2: .*a maxLength of 2000 or less/,
    );
    refuses({ type: "string", pattern: "\\s*$", maxLength: 2001 }, "/pattern", /the power of 2/);
    assert.deepEqual(findUnsupported({ Text: { type: "string", pattern: "\\s*$", maxLength: 2000 } }), []);
  });

  it("for a required property that is not declared", () => {
    refuses(
      { type: "object", required: ["a"] },
      "/required/0",
      /"a" is not among the properties; declare "a"/,
    );
    refuses({ ...object({ a: {} }), required: ["a", "toString"] }, "/required/1", /"toString" is not among/);
  });

  it("for values that contradict the type, and keywords beside enum and const", () => {
    refuses({ type: "string", enum: ["a", 1] }, "/enum", /1 is not of type string/);
    refuses({ type: "integer", const: 1.5 }, "/const", /1.5 is not of type integer/);
    refuses({ type: "string", enum: ["a"], minLength: 1 }, "/minLength", /"enum" lists every value/);
    refuses({ enum: ["a"], const: "a" }, "/const", /is not allowed here/);
  });

  it("for a reference that is broken, has siblings, or is circular", () => {
    refuses(
      ref("Missing"),
      "/$ref",
      /"#\/components\/schemas\/Missing" is not to a named schema; .*which has Tested/,
    );
    refuses({ $ref: "other.yaml#/Code" }, "/$ref", /is not to a named schema/);
    refuses({ $ref: "#/components/messages/Code" }, "/$ref", /is not to a named schema/);
    const Code = { type: "string" };
    refuses({ ...ref("Code"), description: "a" }, "/$ref", /ignores siblings of \$ref.*description.*allOf/, {
      Code,
    });
    refuses({ ...ref("Code"), type: "string" }, "/type", /"\$ref" is the only check of its schema/, { Code });
    refuses(
      { anyOf: [{ type: "null" }, ref("Tested")] },
      "/anyOf/1/$ref",
      /refers only to itself: Tested → Tested/,
    );
    const Other = { allOf: [ref("Tested")] };
    const [circle = ""] = findings({ oneOf: [ref("Other"), { type: "null" }] }, { Other });
    assert.match(circle, /refers only to itself: Other → Tested → Other; .*into a property or an item/);
  });

  it("for oneOf with indistinguishable branches", () => {
    const cannot = /cannot be told apart.*a required property with a const of its own, or use anyOf/;
    refuses({ oneOf: [{ type: "string" }, { type: "string", maxLength: 1 }] }, "/oneOf", cannot);
    refuses({ oneOf: [{ type: "integer" }, { type: "number" }] }, "/oneOf", cannot);
    refuses({ oneOf: [{}, { type: "null" }] }, "/oneOf", cannot);
    refuses({ oneOf: [{ enum: ["a", "b"] }, { const: "a" }] }, "/oneOf", cannot);
    const tagged = (kind: string): JsonObject => ({
      ...object({ kind: { const: kind } }),
      required: ["kind"],
    });
    refuses({ oneOf: [tagged("a"), tagged("a")] }, "/oneOf", cannot);
    refuses({ oneOf: [tagged("a"), object({ kind: { const: "b" } })] }, "/oneOf", cannot);
    refuses({ oneOf: [tagged("a"), object({})] }, "/oneOf", cannot);
    refuses({ type: ["integer", "number"] }, "/type", /write number alone/);
    refuses({ oneOf: [{ type: "null" }], type: "null" }, "/type", /"oneOf" is the only check/);
  });

  it("for allOf whose keys are unknown, or that no value satisfies", () => {
    refuses({ allOf: [{ type: "string" }, { type: "integer" }] }, "/allOf", /their types differ/);
    refuses(
      { allOf: [object({ a: {} }), { anyOf: [object({ b: {} }), object({ c: {} })] }] },
      "/allOf",
      /write the oneOf outside/,
    );
    refuses(
      { allOf: [object({ a: {} }), { ...object({ b: {} }), additionalProperties: false }] },
      "/allOf",
      /keys that the other/,
    );
    refuses(
      { allOf: [object({ a: object({}) }), object({ a: object({}) })] },
      "/allOf",
      /more than one branch declares "a"/,
    );
    refuses(
      { allOf: [object({ a: { const: 1 } }), object({ a: { const: "1" } })] },
      "/allOf/0/properties/a",
      /their types differ/,
    );
    refuses(
      {
        allOf: [
          { type: "array", items: object({}) },
          { type: "array", maxItems: 1 },
        ],
      },
      "/allOf",
      /not a plain object/,
    );
    refuses({ allOf: [object({})], properties: {} }, "/properties", /"allOf" is the only check/);
  });

  it("for a name that is not valid in TypeScript", () => {
    for (const name of ["parcel-line", "parcelLine", "1st", "", "Type", "Object", "Problem", "Set"]) {
      const [finding] = findUnsupported({ [name]: { type: "string" } });
      assert.match(finding?.message ?? "", /the schema's name/, name);
    }
  });

  it("by the compiler too, with all findings at once", () => {
    const schemas = { Bad: { type: "string", not: {}, if: {} } };
    assert.throws(
      () => compileSchemas({ schemas }),
      (error) =>
        error instanceof UnsupportedSchemaError &&
        error.findings.length === 2 &&
        /Bad\/not: .*\n.*Bad\/if: /s.test(error.message),
    );
  });
});

describe("a schema with annotations", () => {
  it("is accepted, and they reach the TypeBox schema", () => {
    const annotations: JsonObject = {
      title: "T",
      description: "D */ d",
      default: "a",
      examples: ["a", "__proto__"],
      deprecated: true,
      readOnly: true,
      writeOnly: false,
      $comment: "C",
      "x-anything": { if: 1 },
    };
    assert.deepEqual(findings({ type: "string", ...annotations }), []);
    const [compiled] = compileSchemas({ schemas: { Tested: { type: "string", ...annotations } } }).schemas;
    assert.match(
      compiled?.source ?? "",
      /"title": "T"[\s\S]*"default": "a"[\s\S]*"examples": \["a", "__proto__"\][\s\S]*"deprecated": true/,
    );
    assert.doesNotMatch(compiled?.source ?? "", /comment|x-anything/);
    assert.match(compiled?.source ?? "", /D \*\\\/ d/);
  });
});
