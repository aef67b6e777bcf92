/** The known keywords, and the findings for those that cannot be enforced. */
import type { JsonValue } from "../source.ts";

export const jsonTypes = ["null", "boolean", "integer", "number", "string", "array", "object"] as const;
export type JsonType = (typeof jsonTypes)[number];

const numberKeywords = ["minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf", "format"];

/** The keywords that constrain values of a type. */
export const keywordsOf: Readonly<Record<JsonType, readonly string[]>> = {
  null: [],
  boolean: [],
  integer: numberKeywords,
  number: numberKeywords,
  string: ["minLength", "maxLength", "pattern", "format"],
  array: ["items", "minItems", "maxItems", "uniqueItems"],
  object: ["properties", "required", "additionalProperties", "minProperties", "maxProperties"],
};

/** Keywords of which a schema has at most one, and then neither `type` nor `enum` nor `const`. */
export const compositeKeywords = ["$ref", "oneOf", "anyOf", "allOf"] as const;
export type CompositeKeyword = (typeof compositeKeywords)[number];

const annotationKeywords = [
  "title",
  "description",
  "default",
  "examples",
  // OpenAPI's, which many documents have; and AsyncAPI's own.
  "example",
  "externalDocs",
  "deprecated",
  "readOnly",
  "writeOnly",
  "$comment",
];

const assertionKeywords = new Set([
  "type",
  "enum",
  "const",
  ...compositeKeywords,
  ...Object.values(keywordsOf).flat(),
]);

export function isAnnotation(keyword: string): boolean {
  return annotationKeywords.includes(keyword) || keyword.startsWith("x-");
}

export function isAssertion(keyword: string): boolean {
  return assertionKeywords.has(keyword);
}

/** What to write instead of a keyword that is not enforced. */
export function replacementFor(keyword: string): string {
  return (
    replacements.get(keyword) ??
    'leave it out, or write it as "x-…" if it only informs: a contract must not state a check that nothing makes'
  );
}

const conditional = "write the cases as oneOf, each with a required property that has a const of its own";
const named = "move the schema to components/schemas and refer to it";
const replacements = new Map([
  ["if", conditional],
  ["then", conditional],
  ["else", conditional],
  ["not", 'say what is allowed: with an enum, a pattern, or a "oneOf" of the possible cases'],
  ["dependencies", conditional],
  ["dependentRequired", conditional],
  ["dependentSchemas", conditional],
  ["patternProperties", "name the properties, or give additionalProperties a schema for all values of a map"],
  ["propertyNames", "name the properties, or give additionalProperties a schema for all values of a map"],
  ["unevaluatedProperties", "leave it out: producers send only named properties, consumers ignore others"],
  ["contains", "describe every item with items"],
  ["prefixItems", "use an object with a named property for each position"],
  ["additionalItems", "use an object with a named property for each position"],
  ["nullable", 'write "type: [string, \'null\']", or "oneOf" with a branch of "type: \'null\'"'],
  [
    "discriminator",
    "write oneOf whose branches have a required property with a const of its own: it is found automatically",
  ],
  ["contentEncoding", "use a pattern"],
  ["contentMediaType", "describe the structure as a schema of its own"],
  ["definitions", named],
  ["$defs", named],
  ["$id", named],
  ["$schema", "leave it out: the contract's schemas are JSON Schema draft 7"],
]);

export function isJsonType(value: JsonValue): value is JsonType {
  return jsonTypes.some((type) => type === value);
}
