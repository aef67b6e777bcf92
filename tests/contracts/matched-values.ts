/** Values to test a pact's matchers with: some that the contract allows, and some that it forbids. */

import type { JsonObject, JsonValue } from "@rabbit-contract/contract";
import fc from "fast-check";
import type { Matcher, MatchingRule } from "./pact-files.ts";

/** The rule of a field that has none of its own or from an enclosing list. */
export const equality: MatchingRule = { matchers: [{ match: "equality" }] };

/** The kinds of matchers that can be compared with the contract. */
const compared: Readonly<
  Record<string, (matcher: Matcher, example: JsonValue, value: JsonValue) => boolean>
> = {
  equality: (_, example, value) => value === example,
  type: (_, example, value) => typeof value === typeof example,
  regex: ({ regex = "" }, _, value) => typeof value === "string" && new RegExp(regex).test(value),
  integer: (_, __, value) => Number.isInteger(value),
  number: (_, __, value) => typeof value === "number",
  boolean: (_, __, value) => typeof value === "boolean",
};

/** The first matcher of a rule that cannot be compared with the contract, by its kind. */
export function unknownMatcher({ matchers, combine = "AND" }: MatchingRule): string | undefined {
  if (!Array.isArray(matchers) || matchers.length === 0) return "nothing";
  if (combine !== "AND" && matchers.length > 1) return combine;
  return matchers.map(({ match }) => match).find((match) => !Object.hasOwn(compared, match));
}

/** @param example the value in the pact */
export function accepts({ matchers }: MatchingRule, example: JsonValue, value: JsonValue): boolean {
  return matchers.every((matcher) => compared[matcher.match]?.(matcher, example, value) === true);
}

/** Some values that a schema allows, mainly ones that a matcher may wrongly refuse. */
export function valuesOf(schema: JsonObject): JsonValue[] {
  if (schema.const !== undefined) return [schema.const];
  if (Array.isArray(schema.enum)) return schema.enum;
  const { type, format, pattern } = schema;
  if (typeof pattern === "string") return textsMatching(pattern);
  if (format === "uuid") return uuids.flatMap((id) => [id, id.toUpperCase()]);
  if (format === "date-time") return ["2026-02-28T23:59:59Z", "2026-02-28T23:59:59.123456+01:00"];
  if (type === "string") return ["a", "é 💡"];
  if (type === "integer" || type === "number") return [schema.minimum ?? 0, schema.maximum ?? 1_000_000];
  return type === "boolean" ? [true, false] : [];
}

/**
 * Values that a schema may forbid and a rule may accept. They do not cover bounds on numbers or on the length of
 * strings, which no Pact matcher supports.
 */
export function doubtfulValues({ matchers }: MatchingRule, schema: JsonObject): JsonValue[] {
  const { type, format, pattern } = schema;
  const isListed = schema.const !== undefined || Array.isArray(schema.enum);
  if (type === "integer" || type === "number") return ["1", 1.5, ...(isListed ? [0, 12_345] : [])];
  if (type === "boolean") return ["true", 1];
  const restricts = isListed || pattern !== undefined || format !== undefined;
  const texts = restricts ? ["", "a", "A b", "é 💡"] : [];
  // A pattern cannot express how many days a month has.
  const matching = format === "date-time" ? [] : matchers.flatMap(({ regex }) => textsMatching(regex));
  return [1, true, ...texts, ...matching];
}

/** A length that the contract allows and the list's rule refuses, or the other way round. */
export function wrongLength(
  { matchers }: MatchingRule,
  { minItems, maxItems }: JsonObject,
): string | undefined {
  const [least, most] = [Number(minItems ?? 0), maxItems === undefined ? undefined : Number(maxItems)];
  if (matchers.some(({ match }) => match !== "type"))
    return "refuses other lists than its example, which the contract allows";
  const min = Math.max(...matchers.map((matcher) => matcher.min ?? 0));
  const max = Math.min(...matchers.map((matcher) => matcher.max ?? Number.POSITIVE_INFINITY));
  if (min > least) return `refuses a list of ${least}, which the contract allows`;
  if (min < least) return `accepts a list of ${min}, which the contract forbids`;
  if (max < (most ?? Number.POSITIVE_INFINITY))
    return `refuses a list of ${most ?? max + 1}, which the contract allows`;
  return undefined;
}

/** Values per pattern, the same in each run. */
const sampling = { numRuns: 50, seed: 1 };
const uuids = fc.sample(fc.uuid(), sampling);
const texts = new Map<string, readonly string[]>();

function textsMatching(pattern: string | undefined): string[] {
  if (pattern === undefined) return [];
  const known = texts.get(pattern) ?? fc.sample(fc.stringMatching(new RegExp(pattern)), sampling);
  texts.set(pattern, known);
  return [...known];
}
