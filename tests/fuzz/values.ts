/** Values for a JSON Schema: valid ones, ones just out of bounds, and hostile ones. */
import process from "node:process";
import fc from "fast-check";

export const seed = Number(process.env.SEED || Math.floor(Math.random() * 2 ** 31));
/** Multiple of the number of values that are tried for each commit. */
export const rounds = Number(process.env.FUZZ_ROUNDS || 1);

export type Schema = Readonly<Record<string, unknown>>;
export type Schemas = Readonly<Record<string, Schema>>;

/** Values that have broken other programs. */
const hostile: readonly unknown[] = [
  null,
  true,
  "",
  " ",
  "\0",
  "a\0b",
  "\ud800",
  "💡".repeat(5_000),
  "x".repeat(70_000),
  "'; drop table orders; --",
  "../../../etc/passwd",
  "a\r\nBcc: eve@example.com",
  "{{7*7}} $(id) `id`",
  "\u202egnp.exe",
  "NaN",
  "-0",
  0,
  -1,
  1.5,
  1e308,
  2 ** 31,
  2 ** 53,
  -(2 ** 63),
  [],
  {},
  [[[[[[[[]]]]]]]],
  { constructor: { prototype: { admin: true } }, toString: 1 },
  JSON.parse('{"__proto__": {"admin": true}}'),
  Array.from({ length: 2_000 }, (_, index) => index),
];

/** @param known values that exist, by the name of the property or parameter that they are for */
export function valuesFor(schemas: Schemas, known: Readonly<Record<string, readonly unknown[]>>) {
  const wild = fc.oneof(fc.constantFrom(...hostile), fc.jsonValue({ maxDepth: 3 }));

  /** Mostly valid for `schema`; at each level, sometimes an arbitrary value. */
  function value(schema: Schema, name = "", depth = 0): fc.Arbitrary<unknown> {
    const fit = fitting(schema, name, depth);
    const existing = known[name];
    const meant = existing
      ? fc.oneof({ weight: 4, arbitrary: fc.constantFrom(...existing) }, { weight: 1, arbitrary: fit })
      : fit;
    return fc.oneof({ weight: 40, arbitrary: meant }, { weight: 1, arbitrary: wild });
  }

  function fitting(schema: Schema, name: string, depth: number): fc.Arbitrary<unknown> {
    if (depth > 12) return fc.constant(null);
    const next = (inner: unknown, called = name) => value(schemaOf(inner), called, depth + 1);
    const reference =
      typeof schema.$ref === "string" ? schemas[schema.$ref.split("/").at(-1) ?? ""] : undefined;
    if (reference) return fitting(reference, name, depth + 1);
    const branches = [schema.oneOf, schema.anyOf].find(Array.isArray);
    if (branches) return fc.oneof(...branches.map((one) => next(one)));
    if (Array.isArray(schema.allOf)) {
      return fc.tuple(...schema.allOf.map((one) => next(one))).map((parts) => Object.assign({}, ...parts));
    }
    if (Array.isArray(schema.enum)) return fc.constantFrom(...schema.enum);
    if (schema.const !== undefined) return fc.constant(schema.const);
    switch ([schema.type].flat()[0]) {
      case "boolean":
        return fc.boolean();
      case "null":
        return fc.constant(null);
      case "integer":
      case "number":
        return number(schema);
      case "string":
        return text(schema);
      case "array":
        return fc.oneof(
          { weight: 12, arbitrary: fc.array(next(schema.items), { minLength: 1, maxLength: 4 }) },
          { weight: 1, arbitrary: fc.constant([]) },
        );
      default:
        return object(schema, next);
    }
  }

  function object(schema: Schema, next: (inner: unknown, name: string) => fc.Arbitrary<unknown>) {
    const properties = Object.entries(schemaOf(schema.properties));
    const record = fc.record(
      Object.fromEntries(properties.map(([name, inner]) => [name, next(inner, name)])),
      { requiredKeys: [schema.required ?? []].flat().map(String), noNullPrototype: true },
    );
    const names = properties.map(([name]) => name);
    return fc.oneof(
      { weight: 30, arbitrary: record },
      { weight: 1, arbitrary: fc.tuple(record, wild).map(([one, more]) => ({ ...one, unknown: more })) },
      {
        weight: 1,
        arbitrary: fc
          .tuple(record, fc.constantFrom("", ...names))
          .map(([one, gone]) => Object.fromEntries(Object.entries(one).filter(([name]) => name !== gone))),
      },
    );
  }

  return value;
}

function number({ minimum, maximum }: Schema): fc.Arbitrary<number> {
  const least = typeof minimum === "number" ? minimum : -5;
  const most = typeof maximum === "number" ? maximum : 1_000;
  return fc.oneof(
    { weight: 8, arbitrary: fc.integer({ min: Math.max(least, -1_000), max: Math.min(most, 1_000) }) },
    { weight: 1, arbitrary: fc.constantFrom(least, most, least - 1, most + 1) },
  );
}

function text({ format, pattern, minLength, maxLength }: Schema): fc.Arbitrary<string> {
  if (format === "uuid") return fc.uuid();
  if (format === "date-time")
    return fc.date({ noInvalidDate: true, min: new Date(0) }).map((date) => date.toISOString());
  if (format === "email") return fc.emailAddress();
  const least = typeof minLength === "number" ? minLength : 0;
  const most = typeof maxLength === "number" ? maxLength : 40;
  if (typeof pattern === "string") return fc.stringMatching(new RegExp(pattern), { size: "small" });
  return fc.oneof(
    fc.string({ minLength: least, maxLength: Math.min(most, 60), unit: "grapheme" }),
    fc.constantFrom("x".repeat(most), "x".repeat(most + 1)),
  );
}

export function schemaOf(value: unknown): Schema {
  return typeof value === "object" && value !== null ? Object.fromEntries(Object.entries(value)) : {};
}
