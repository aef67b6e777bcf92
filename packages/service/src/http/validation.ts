/** Says what is wrong with a request, field by field. Elysia stops at the first part that is invalid. */
import { type TSchema, TypeGuard } from "@sinclair/typebox";
import { type ValueError, ValueErrorType } from "@sinclair/typebox/errors";
import { Value } from "@sinclair/typebox/value";
import { harmInString, MAX_ERRORS } from "./harm.ts";
import type { InvalidInput } from "./problem.ts";

/** The parts of a route's schema, as Elysia keeps them. */
export interface InputSchemas {
  readonly query?: unknown;
  readonly headers?: unknown;
  readonly body?: unknown;
}

/** Every invalid field of the query, the headers and the body, at most 100 of each. */
export function invalidFields(schemas: InputSchemas, request: Request, body: unknown): InvalidInput[] {
  const query = Object.fromEntries(queryOf(request.url));
  const headers = Object.fromEntries(request.headers);
  return [
    ...errorsOf(schemas.query, query, (pointer) => ({ in: "query", parameter: pointer.slice(1) })),
    ...errorsOf(schemas.headers, headers, (pointer) => ({ in: "header", parameter: pointer.slice(1) })),
    ...errorsOf(schemas.body, body, (pointer) => ({ pointer })),
  ];
}

/**
 * Finds what Elysia silently accepts: it keeps the last value of a parameter that is given twice, and passes U+0000 to
 * the database, which refuses it.
 */
export function ambiguousParameters(url: string): InvalidInput[] {
  const seen = new Set<string>();
  const errors: InvalidInput[] = [];
  for (const [parameter, value] of queryOf(url)) {
    const detail = seen.has(parameter) ? "given more than once" : harmInString(value);
    if (detail !== undefined && errors.length < MAX_ERRORS) errors.push({ in: "query", parameter, detail });
    seen.add(parameter);
  }
  return errors;
}

function queryOf(url: string): URLSearchParams {
  const start = url.indexOf("?");
  return new URLSearchParams(start === -1 ? "" : url.slice(start));
}

type Place = { in: "query" | "header"; parameter: string } | { pointer: string };

function errorsOf(schema: unknown, value: unknown, placeOf: (pointer: string) => Place): InvalidInput[] {
  // An optional body that is missing.
  if (!TypeGuard.IsSchema(schema) || (TypeGuard.IsOptional(schema) && value == null)) return [];
  const described = new Map<string, InvalidInput>();
  for (const error of Value.Errors(schema, value)) {
    if (described.size >= MAX_ERRORS) break;
    // A missing field is reported again as a value of the wrong type: the first report counts.
    if (described.has(error.path)) continue;
    described.set(error.path, { ...placeOf(error.path), detail: describe(error) });
  }
  return [...described.values()];
}

function describe({ type, message, value, schema }: ValueError): string {
  if (value === undefined || value === null) return "is required";
  switch (type) {
    case ValueErrorType.ObjectRequiredProperty:
      return "is required";
    case ValueErrorType.ObjectAdditionalProperties:
      return "there is no such field";
    case ValueErrorType.Kind:
      return `expected an integer from ${schema.minimum} to ${schema.maximum}, got ${quote(value)}`;
    case ValueErrorType.Union: {
      const choices: readonly TSchema[] = schema.anyOf ?? [];
      const broken = brokenLimit(choices, value);
      if (broken !== undefined) return describe(broken);
      const expected = choices.map((one) => JSON.stringify(one.const) ?? one.type);
      return `expected one of ${expected.join(", ")}, got ${quote(value)}`;
    }
    default:
      return `${message.charAt(0).toLowerCase()}${message.slice(1)}, got ${quote(value)}`;
  }
}

/** What is wrong with a value of the right type for one of the choices, such as an integer that is too large. */
function brokenLimit(choices: readonly TSchema[], value: unknown): ValueError | undefined {
  return choices
    .filter(({ type }) => type === typeOf(value))
    .map((one) => Value.Errors(one, value).First())
    .find((error) => error !== undefined);
}

function typeOf(value: unknown): string {
  if (Array.isArray(value)) return "array";
  return Number.isInteger(value) ? "integer" : typeof value;
}

function quote(value: unknown): string {
  if (Array.isArray(value)) return `an array of ${value.length}`;
  if (typeof value === "object" && value !== null) return "an object";
  if (typeof value === "string" && value.length > 40) return `a string of ${value.length} characters`;
  return JSON.stringify(value);
}
