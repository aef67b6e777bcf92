/** First pass over a schema: refuses unknown, malformed or contradictory keywords. */
import { type JsonObject, type JsonValue, pointerOf } from "../source.ts";
import { contradictions, patternProblem, valueProblem } from "./keyword-values.ts";
import { isAnnotation, isAssertion, replacementFor } from "./keywords.ts";
import type { SchemaFinding } from "./node.ts";

/** The valid assertions of a schema. */
export type Keywords = ReadonlyMap<string, JsonValue>;

export function siftKeywords(
  schema: JsonObject,
  pointer: string,
): { readonly keywords: Keywords; readonly findings: readonly SchemaFinding[] } {
  const keywords = new Map<string, JsonValue>();
  const findings: SchemaFinding[] = [];
  const refuse = (keyword: string, message: string, fix: string) =>
    findings.push({ pointer: pointer + pointerOf(keyword), keyword, message, fix });

  for (const [keyword, value] of Object.entries(schema)) {
    if (!isAssertion(keyword) && !isAnnotation(keyword)) {
      refuse(keyword, `the keyword "${keyword}" is not enforced`, replacementFor(keyword));
      continue;
    }
    const tuple = keyword === "items" && Array.isArray(value);
    const problem = tuple ? "must be one schema" : valueProblem(keyword, value);
    if (problem !== undefined) {
      const fix = tuple ? replacementFor("prefixItems") : `change the value of "${keyword}"`;
      refuse(keyword, `"${keyword}" ${problem}, but is ${JSON.stringify(value)}`, fix);
    } else if (isAssertion(keyword)) keywords.set(keyword, value);
  }

  const beside = Object.keys(schema).filter((keyword) => isAnnotation(keyword) && !keyword.startsWith("x-"));
  if (keywords.has("$ref") && beside.length > 0) {
    refuse(
      "$ref",
      `JSON Schema draft 7 ignores siblings of $ref, here ${beside.join(", ")}`,
      "wrap the reference: allOf: [{ $ref: … }]",
    );
  }
  for (const { keyword, message } of contradictions(schema))
    refuse(keyword, message, "change one of the two");
  const slow = keywords.has("pattern") ? patternProblem(schema) : undefined;
  if (slow !== undefined) {
    const fix =
      "rewrite it so that it matches each text in one way only, e.g. ^a+$ instead of ^(a+)+$ or ^a*a*$";
    refuse("pattern", `the pattern ${JSON.stringify(schema.pattern)} ${slow}`, fix);
  }
  return { keywords, findings };
}
