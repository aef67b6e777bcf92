import { FormatRegistry, type ObjectOptions, type TProperties, type TSchema, Type } from "@sinclair/typebox";

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const DATE_TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d)$/;

// elysia brings formats of its own, which let "urn:uuid:…" and "01/02/2026" pass; it leaves these alone.
FormatRegistry.Set("uuid", (text) => UUID.test(text));
FormatRegistry.Set("date-time", (text) => DATE_TIME.test(text) && !Number.isNaN(Date.parse(text)));

/** An object that refuses fields it does not name. Every object in a request body must be made with it. */
export function closed<Properties extends TProperties>(properties: Properties, options: ObjectOptions = {}) {
  return Type.Object(properties, { ...options, additionalProperties: false });
}

/** A UUID in lower case, as this system makes and prints them. */
export function uuid(description?: string) {
  const examples = ["0199f3d2-5f0e-7c4a-8b1d-2f6a9c3e4d5b"];
  return Type.String({ format: "uuid", examples, ...(description !== undefined && { description }) });
}

/** RFC 3339, as `Date.toISOString` prints it. */
export function dateTime(description?: string) {
  const examples = ["2026-01-31T12:00:00.000Z"];
  return Type.String({ format: "date-time", examples, ...(description !== undefined && { description }) });
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
