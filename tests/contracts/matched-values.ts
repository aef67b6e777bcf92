/** Values to test a pact's matcher with: some that the contract allows, and some that the matcher accepts. */

import type { JsonObject, JsonValue } from "@rabbit-contract/contract";
import fc from "fast-check";
import type { Matcher } from "./pact-files.ts";

/** Values per matcher, the same in each run. */
const sampling = { numRuns: 50, seed: 1 };

/** The rule of a field without a matcher. */
export const equality: Matcher = { match: "equality" };

/** @param example the value in the pact */
export function accepts(matcher: Matcher, example: JsonValue | undefined, value: JsonValue): boolean {
  switch (matcher.match) {
    case "regex":
      return typeof value === "string" && new RegExp(matcher.regex ?? "").test(value);
    case "type":
      return typeof value === typeof example;
    case "integer":
      return Number.isInteger(value);
    case "number":
      return typeof value === "number";
    case "boolean":
      return typeof value === "boolean";
    default:
      return value === example;
  }
}

/** Some values that a schema allows, preferring those that a matcher may get wrong. */
export function valuesOf(schema: JsonObject): JsonValue[] {
  if (schema.const !== undefined) return [schema.const];
  if (Array.isArray(schema.enum)) return schema.enum;
  const { type, format, pattern } = schema;
  if (typeof pattern === "string") return fc.sample(fc.stringMatching(new RegExp(pattern)), sampling);
  if (format === "uuid") return fc.sample(fc.uuid(), sampling).flatMap((id) => [id, id.toUpperCase()]);
  if (format === "date-time") return ["2026-02-28T23:59:59Z", "2026-02-28T23:59:59.123456+01:00"];
  if (type === "string") return ["a", "é 💡"];
  if (type === "integer" || type === "number") return [schema.minimum ?? 0, schema.maximum ?? 1_000_000];
  return type === "boolean" ? [true, false] : [];
}

/** Some values that a matcher accepts, if it restricts values and not merely the type. */
export function valuesMatching({ match, regex }: Matcher, { format }: JsonObject): JsonValue[] {
  // No pattern can express how many days a month has.
  if (match !== "regex" || regex === undefined || format === "date-time") return [];
  return fc.sample(fc.stringMatching(new RegExp(regex)), sampling);
}

/** A length that the contract allows and the list's matcher refuses. */
export function refusedLength(
  { match, min = 0, max }: Matcher,
  { minItems, maxItems }: JsonObject,
): string | undefined {
  const [least, most] = [Number(minItems ?? 0), maxItems === undefined ? undefined : Number(maxItems)];
  if (match !== "type") return "other lists than its example";
  if (min > least) return `a list of ${least}`;
  if (max !== undefined && (most === undefined || max < most)) return `a list of ${most ?? max + 1}`;
  return undefined;
}
