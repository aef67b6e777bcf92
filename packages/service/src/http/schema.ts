/** Schemas for routes. Elysia's own formats would accept "urn:uuid:…" and "01/02/2026"; it does not replace these. */
import { isDateTime, isUuid } from "@rabbit-contract/messaging/formats";
import {
  FormatRegistry,
  Kind,
  type ObjectOptions,
  type SchemaOptions,
  type Static,
  type TProperties,
  type TSchema,
  Type,
  TypeRegistry,
} from "@sinclair/typebox";

FormatRegistry.Set("uuid", isUuid);
FormatRegistry.Set("date-time", isDateTime);

/** An object that refuses fields it does not name. Every object in a request body must be made with it. */
export function closed<Properties extends TProperties>(properties: Properties, options: ObjectOptions = {}) {
  return Type.Object(properties, { ...options, additionalProperties: false });
}

/** A UUID in lower case: one id has one spelling. */
export function uuid(description?: string) {
  return Type.String({
    format: "uuid",
    pattern: "^[^A-Z]+$",
    examples: ["0199f3d2-5f0e-7c4a-8b1d-2f6a9c3e4d5b"],
    ...(description !== undefined && { description }),
  });
}

/** RFC 3339: the format of messages, and what PostgreSQL takes. */
export function dateTime(description?: string) {
  return Type.String({
    format: "date-time",
    examples: ["2026-01-31T12:00:00.000Z"],
    ...(description !== undefined && { description }),
  });
}

interface IntegerOptions {
  readonly minimum: number;
  readonly maximum: number;
  readonly default?: number;
  readonly description?: string;
}

TypeRegistry.Set<IntegerOptions>("IntegerParameter", ({ minimum, maximum }, value) => {
  const integer = typeof value === "string" && /^-?\d{1,15}$/.test(value) ? Number(value) : value;
  return Number.isInteger(integer) && Number(integer) >= minimum && Number(integer) <= maximum;
});

/** An integer in a query. Elysia's `t.Integer` would silently accept "0x10", "1e1" and " 5" as well. */
export function integerParameter(options: IntegerOptions) {
  const text = Type.Unsafe<number>({ ...options, [Kind]: "IntegerParameter", type: "integer" });
  return Type.Transform(text)
    .Decode((given) => Number(given))
    .Encode((value) => value);
}

export function oneOf<const Value extends string>(values: readonly Value[], options: SchemaOptions = {}) {
  const literals = values.map((value) => Type.Literal(value));
  return Type.Unsafe<Value>(Type.Union(literals, options));
}

/** The response's media type, if it is not JSON. */
export function textOf(contentType: string, description: string, example: string) {
  return Type.String({ contentMediaType: contentType, description, examples: [example] });
}

/**
 * `schema` as a route's response, with its meaning there, and the headers that matter, by name and meaning. Elysia does
 * not check responses against it: that could only turn a request that was carried out into a 500.
 */
export function answer<Schema extends TSchema>(
  schema: Schema,
  description: string,
  headers: Readonly<Record<string, string>> = {},
) {
  const described = Object.entries(headers).map(([name, meaning]) => [
    name,
    Type.String({ description: meaning }),
  ]);
  return Type.Unsafe<Static<Schema>>({
    ...schema,
    [Kind]: "Any",
    description,
    ...(described.length > 0 && { headers: Object.fromEntries(described) }),
  });
}

/** Calls `visit` with `schema` and each schema inside it. */
export function walkSchema(schema: TSchema, visit: (schema: TSchema, pointer: string) => void, pointer = "") {
  visit(schema, pointer);
  for (const key of ["properties", "patternProperties"]) {
    for (const [name, child] of Object.entries<TSchema>(schema[key] ?? {})) {
      walkSchema(child, visit, `${pointer}/${name}`);
    }
  }
  for (const key of ["items", "anyOf", "allOf", "oneOf"]) {
    const children: TSchema[] = [schema[key] ?? []].flat();
    for (const child of children) walkSchema(child, visit, `${pointer}/${key}`);
  }
}
