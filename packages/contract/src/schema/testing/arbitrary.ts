/** For tests: schemas of every supported kind, and values that are valid about half of the time. */
import fc from "fast-check";
import { isObject, type JsonObject, type JsonValue, list, mapping } from "../../source.ts";

/** Schemas that generated ones may refer to. */
export const named: Readonly<Record<string, JsonObject>> = {
  Code: { type: "string", pattern: "^[a-c]{1,3}$" },
  Point: { type: "object", required: ["x"], properties: { x: { type: "integer" }, y: { type: "number" } } },
  Codes: { type: "array", items: { $ref: "#/components/schemas/Code" }, uniqueItems: true },
  Choice: {
    oneOf: [
      {
        type: "object",
        required: ["kind"],
        properties: { kind: { const: "a" }, p: { $ref: "#/components/schemas/Point" } },
      },
      {
        type: "object",
        required: ["kind", "n"],
        properties: { kind: { enum: ["b", "c"] }, n: { type: "null" } },
      },
    ],
  },
};

const texts = [
  "",
  "a",
  "ab",
  "abc",
  "abcd",
  "💡",
  "💡💡",
  "1",
  "A-1",
  "é",
  "a\n",
  "2026-02-28",
  "2026-02-30",
];
const uuid = "019a4f2e-7b10-7c3a-9d51-3f2a6b8c1d01";
const instant = "2026-03-14T09:26:53.589Z";
const patterns = ["^[a-c]+$", "b", "^.{2}$", "^\\p{Lu}-\\d$", "/|1"];
// No names that Object.prototype has: Ajv passes over a property called __proto__, its uniqueItems is wrong about
// constructor and toString, its unevaluatedProperties about all of them. check.test.ts has them.
const keys = ["a", "b", "c-d", "e", "/x~", "kind", "value"];

const scalar = fc.oneof(
  fc.constantFrom<string | number | boolean | null>(...texts, true, false, null),
  fc.integer({ min: -3, max: 3 }),
);
const small = fc.nat({ max: 3 });
const limit = fc.integer({ min: -4, max: 4 });

/** Drops keywords at random. */
function some(record: Readonly<Record<string, fc.Arbitrary<JsonValue>>>): fc.Arbitrary<JsonObject> {
  return fc.record(record, { requiredKeys: ["type"].filter((key) => key in record), noNullPrototype: true });
}

const numeric = {
  minimum: limit,
  maximum: limit,
  exclusiveMinimum: limit,
  exclusiveMaximum: limit,
  multipleOf: fc.constantFrom(1, 2, 0.5, 3),
};

/** At most two of the keywords: all at once would accept nothing. */
const number = some({ type: fc.constantFrom("integer", "number"), ...numeric }).map((schema) =>
  Object.fromEntries(Object.entries(schema).slice(0, 3)),
);
const string = some({
  type: fc.constant("string"),
  minLength: small,
  maxLength: small,
  pattern: fc.constantFrom(...patterns),
}).map((schema) => Object.fromEntries(Object.entries(schema).slice(0, 3)));
const formatted = fc.oneof(
  fc.constantFrom("uuid", "date-time", "date", "ipv4", "ipv6").map((format) => ({ type: "string", format })),
  fc.constant({ type: "integer", format: "int32" }),
);
/** Schemas of numbers and of texts. */
export const scalarSchemaArbitrary: fc.Arbitrary<JsonObject> = fc.oneof(number, string, formatted);
const literals = fc.oneof(
  fc.uniqueArray(scalar, { minLength: 1, maxLength: 6 }).map((values) => ({ enum: values })),
  scalar.map((value) => ({ const: value })),
);
const reference = fc
  .constantFrom(...Object.keys(named))
  .map((name) => ({ $ref: `#/components/schemas/${name}` }));
const leaf: fc.Arbitrary<JsonObject> = fc.oneof(
  number,
  string,
  formatted,
  literals,
  reference,
  fc.constantFrom<JsonObject>({ type: "boolean" }, { type: "null" }, {}),
);

function object(inner: fc.Arbitrary<JsonObject>, pool = keys): fc.Arbitrary<JsonObject> {
  const properties = fc.dictionary(fc.constantFrom(...pool), inner, { maxKeys: 4, noNullPrototype: true });
  return fc.tuple(properties, fc.infiniteStream(fc.boolean())).map(([declared, coin]) => ({
    type: "object",
    properties: declared,
    required: Object.keys(declared).filter(() => coin.next().value),
  }));
}

export const schemaArbitrary: fc.Arbitrary<JsonObject> = fc.letrec<{ schema: JsonObject }>((tie) => ({
  schema: fc.oneof(
    { maxDepth: 3, depthSize: "small" },
    { weight: 3, arbitrary: leaf },
    { weight: 3, arbitrary: object(tie("schema")) },
    {
      weight: 1,
      arbitrary: fc
        .tuple(
          object(tie("schema")),
          some({ minProperties: small, maxProperties: small }),
          fc.oneof(fc.boolean(), tie("schema")),
        )
        .map(([schema, sizes, additionalProperties]) => ({ ...schema, ...sizes, additionalProperties })),
    },
    {
      weight: 2,
      arbitrary: some({
        type: fc.constant("array"),
        items: tie("schema"),
        minItems: small,
        maxItems: small,
        uniqueItems: fc.boolean(),
      }),
    },
    { weight: 1, arbitrary: tie("schema").map((schema) => ({ oneOf: [schema, { type: "null" }] })) },
    { weight: 1, arbitrary: fc.tuple(number, string, object(tie("schema"))).map((oneOf) => ({ oneOf })) },
    {
      weight: 1,
      arbitrary: fc
        .tuple(object(tie("schema"), ["a", "b"]), object(tie("schema"), ["b", "value"]))
        .map((branches) => ({
          oneOf: branches.map((branch, index) => tagged(branch, `kind ${index}`)),
        })),
    },
    {
      weight: 1,
      arbitrary: fc.array(tie("schema"), { minLength: 1, maxLength: 3 }).map((anyOf) => ({ anyOf })),
    },
    {
      weight: 1,
      arbitrary: fc
        .tuple(object(tie("schema"), ["a", "b"]), object(leaf, ["b", "kind"]))
        .map((allOf) => ({ allOf })),
    },
    {
      weight: 1,
      arbitrary: fc
        .oneof(fc.tuple(string, string), fc.tuple(number, number), fc.tuple(reference))
        .map((allOf) => ({ allOf })),
    },
    {
      weight: 1,
      arbitrary: string.map((schema) => ({ ...schema, type: ["string", "null", "integer"] })),
    },
  ),
})).schema;

function tagged(schema: JsonObject, kind: string): JsonObject {
  const properties = mapping(schema.properties);
  const required = list(schema.required);
  return {
    ...schema,
    properties: { ...properties, kind: { const: kind } },
    required: [...new Set([...required, "kind"])],
  };
}

const anything = fc
  .anything({ key: fc.constantFrom(...keys), values: [scalar], maxDepth: 2, maxKeys: 3 })
  .map((value) => value as JsonValue);

/** Values for `schema`, with an arbitrary value at some levels. */
export function valueArbitrary(schema: JsonValue | undefined): fc.Arbitrary<JsonValue> {
  if (!isObject(schema)) return anything;
  return fc.oneof({ weight: 12, arbitrary: meant(schema) }, { weight: 1, arbitrary: anything });
}

function meant(schema: JsonObject): fc.Arbitrary<JsonValue> {
  if (typeof schema.$ref === "string") return valueArbitrary(named[schema.$ref.split("/").at(-1) ?? ""]);
  const branches = [schema.oneOf ?? schema.anyOf ?? []].flat();
  if (branches.length > 0) return fc.oneof(...branches.map(valueArbitrary));
  if (Array.isArray(schema.allOf)) {
    return fc
      .tuple(...schema.allOf.map(valueArbitrary))
      .map((parts) => (parts.every(isObject) ? Object.assign({}, ...parts) : (parts[0] ?? null)));
  }
  if (Array.isArray(schema.enum)) return fc.constantFrom(...schema.enum);
  if (schema.const !== undefined) return fc.constant(schema.const);
  const types = [schema.type ?? []].flat();
  return types.length === 0 ? anything : fc.oneof(...types.map((type) => ofType(type, schema)));
}

function ofType(type: JsonValue, schema: JsonObject): fc.Arbitrary<JsonValue> {
  switch (type) {
    case "null":
      return fc.constant(null);
    case "boolean":
      return fc.boolean();
    case "integer":
      if (schema.format === "int32")
        return fc.constantFrom(0, 2147483647, 2147483648, -2147483648, -2147483649);
      return fc.integer({ min: -5, max: 5 });
    case "number":
      return fc.integer({ min: -10, max: 10 }).map((value) => value / 2);
    case "string":
      if (schema.format === "uuid") return fc.constantFrom(uuid, uuid.toUpperCase(), `${uuid}a`);
      if (schema.format === "ipv4") return fc.constantFrom("192.0.2.1", "192.0.2", "::1");
      if (schema.format === "ipv6") return fc.constantFrom("2001:db8::1", "::", "1::2::3", "192.0.2.1");
      if (schema.format === "date-time") return fc.constantFrom(instant, instant.slice(0, -1));
      return fc.constantFrom(...texts);
    case "array": {
      const { minItems, maxItems } = schema;
      const minLength = typeof minItems === "number" ? minItems : 0;
      return fc.array(valueArbitrary(schema.items), {
        minLength,
        maxLength: Math.max(minLength, typeof maxItems === "number" ? maxItems + 1 : 3),
        size: "small",
      });
    }
    default: {
      const properties = mapping(schema.properties);
      const required = [schema.required ?? []].flat().map(String);
      const known = fc.record(
        Object.fromEntries(Object.entries(properties).map(([key, inner]) => [key, valueArbitrary(inner)])),
        { requiredKeys: required, noNullPrototype: true },
      );
      const others = fc.dictionary(
        fc.constantFrom("z", "y", ...keys),
        valueArbitrary(schema.additionalProperties),
        {
          maxKeys: 2,
          noNullPrototype: true,
        },
      );
      return fc.oneof(
        { weight: 3, arbitrary: known },
        { weight: 1, arbitrary: fc.tuple(others, known).map(([more, mine]) => ({ ...more, ...mine })) },
        {
          weight: 1,
          arbitrary: fc.tuple(known, fc.constantFrom(...keys)).map(([mine, key]) => without(mine, key)),
        },
      );
    }
  }
}

function without(object: JsonObject, key: string): JsonObject {
  return Object.fromEntries(Object.entries(object).filter(([name]) => name !== key));
}
