import type { Static, TObject, TSchema } from "@sinclair/typebox";
import { TypeCompiler } from "@sinclair/typebox/compiler";
import { type ValueError, ValueErrorType } from "@sinclair/typebox/errors";
import { harmInString, MAX_ERRORS } from "./json.ts";
import type { InvalidInput } from "./problem.ts";

/** What a check found: the value as the handler gets it, or each thing wrong with it. */
export type Checked<Schema extends TSchema> =
  | { readonly value: Static<Schema>; readonly errors: readonly [] }
  | { readonly value?: undefined; readonly errors: readonly InvalidInput[] };

const NONE = [] as const;

/** Checks a JSON body. Nothing is converted, filled in or stripped: "3" is no integer, unknown fields are errors. */
export function bodyCheck<Schema extends TSchema>(schema: Schema): (body: unknown) => Checked<Schema> {
  const check = TypeCompiler.Compile(schema);
  return (body) => {
    if (check.Check(body)) return { value: body, errors: NONE };
    return { errors: describeErrors(check.Errors(body), (pointer) => ({ pointer })) };
  };
}

/**
 * Checks the parameters of a query, a path or some headers. Each arrives as text; numbers and booleans are
 * read from it, defaults filled in.
 * @param where `path` for errors that nobody gets to see
 */
export function parameterCheck<Schema extends TObject>(where: "query" | "header" | "path", schema: Schema) {
  const check = TypeCompiler.Compile(schema);
  const defaults = Object.entries(schema.properties).flatMap(([name, property]) =>
    property.default === undefined ? [] : [[name, property.default] as const],
  );
  return (parameters: Iterable<readonly [string, string]>): Checked<Schema> => {
    const value: Record<string, unknown> = {};
    const errors: InvalidInput[] = [];
    const place = (parameter: string) => ({ in: where === "header" ? where : "query", parameter }) as const;
    for (const [name, text] of parameters) {
      if (errors.length >= MAX_ERRORS) break;
      const property = Object.hasOwn(schema.properties, name) ? schema.properties[name] : undefined;
      const harm = harmInString(text);
      if (property === undefined) errors.push({ ...place(name), detail: "there is no such parameter" });
      else if (Object.hasOwn(value, name)) errors.push({ ...place(name), detail: "given more than once" });
      else if (harm !== undefined) errors.push({ ...place(name), detail: harm });
      else value[name] = read(text, property);
    }
    if (errors.length > 0) return { errors };
    for (const [name, fallback] of defaults) if (!Object.hasOwn(value, name)) value[name] = fallback;
    if (check.Check(value)) return { value, errors: NONE };
    return { errors: describeErrors(check.Errors(value), (pointer) => place(pointer.slice(1))) };
  };
}

/** What is no number or boolean stays text, and fails the check with a better message than NaN would. */
function read(text: string, schema: TSchema): unknown {
  if (schema.type === "integer" || schema.type === "number") {
    return /^-?\d{1,15}(?:\.\d{1,15})?$/.test(text) ? Number(text) : text;
  }
  if (schema.type === "boolean" && (text === "true" || text === "false")) return text === "true";
  return text;
}

function describeErrors<Place>(
  errors: Iterable<ValueError>,
  placeOf: (pointer: string) => Place,
): (Place & { detail: string })[] {
  const described = new Map<string, Place & { detail: string }>();
  for (const error of errors) {
    if (described.size >= MAX_ERRORS) break;
    // A missing field is reported again as a value of the wrong type: the first word counts.
    if (described.has(error.path)) continue;
    described.set(error.path, { ...placeOf(error.path), detail: describe(error) });
  }
  return [...described.values()];
}

function describe({ type, message, value, schema }: ValueError): string {
  if (value === undefined) return "is required";
  switch (type) {
    case ValueErrorType.ObjectRequiredProperty:
      return "is required";
    case ValueErrorType.ObjectAdditionalProperties:
      return "there is no such field";
    case ValueErrorType.Union: {
      const expected = (schema.anyOf ?? []).map((one: TSchema) => JSON.stringify(one.const) ?? one.type);
      return `expected one of ${expected.join(", ")}, got ${quote(value)}`;
    }
    default:
      return `${message.charAt(0).toLowerCase()}${message.slice(1)}, got ${quote(value)}`;
  }
}

function quote(value: unknown): string {
  if (Array.isArray(value)) return `an array of ${value.length}`;
  if (typeof value === "object" && value !== null) return "an object";
  if (typeof value === "string" && value.length > 40) return `a string of ${value.length} characters`;
  return JSON.stringify(value);
}
