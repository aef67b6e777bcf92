/**
 * Rewrites JSON Schemas into the form that the schema compiler supports where both mean the same. Used to compare
 * documents from which no code is generated. Schemas that the compiler supports are left unchanged.
 */

import { valueProblem } from "../../schema/keyword-values.ts";
import { isAnnotation, isAssertion, jsonTypes, keywordsOf } from "../../schema/keywords.ts";
import { isObject, type JsonObject, type JsonValue, mapping } from "../../source.ts";

/** Keywords that constrain values; other unknown keywords are ignored. */
const constraints = new Set([
  "not",
  "if",
  "then",
  "else",
  "contains",
  "additionalItems",
  "prefixItems",
  "unevaluatedItems",
  "patternProperties",
  "propertyNames",
  "dependencies",
  "dependentRequired",
  "dependentSchemas",
  "unevaluatedProperties",
  "minContains",
  "maxContains",
  "$dynamicRef",
  "$recursiveRef",
]);

const composites = ["allOf", "anyOf", "oneOf"] as const;

export function lenient(schema: JsonValue): JsonValue {
  if (schema === true) return {};
  if (!isObject(schema)) return schema;
  // Draft 7 ignores keywords beside a reference.
  if (typeof schema.$ref === "string") return { $ref: schema.$ref };
  const known = Object.fromEntries(Object.entries(schema).filter(([keyword, value]) => says(keyword, value)));
  const inner = withInnerSchemas(typed(known));
  if ("enum" in inner || "const" in inner) return literals(inner);
  const { allOf, anyOf, oneOf, ...own } = inner;
  const parts = Object.entries({ allOf, anyOf, oneOf }).filter(([, branches]) => branches !== undefined);
  const hasOwn = Object.keys(own).some(isAssertion);
  if (parts.length === 0 || (parts.length === 1 && !hasOwn)) return inner;
  const branches = parts.flatMap(([keyword, value]) =>
    keyword === "allOf" && Array.isArray(value) ? value : [{ [keyword]: value ?? null }],
  );
  const annotations = Object.fromEntries(Object.entries(own).filter(([keyword]) => isAnnotation(keyword)));
  const assertions = Object.fromEntries(Object.entries(own).filter(([keyword]) => !isAnnotation(keyword)));
  return { ...annotations, allOf: hasOwn ? [assertions, ...branches] : branches };
}

function says(keyword: string, value: JsonValue): boolean {
  if (keyword === "format") return valueProblem(keyword, value) === undefined;
  if (keyword === "additionalProperties") return value !== null;
  return isAssertion(keyword) || isAnnotation(keyword) || constraints.has(keyword);
}

/** Adds the type that its keywords imply, and a property for each required one. */
function typed(schema: JsonObject): JsonObject {
  const type = jsonTypes.find((one) => keywordsOf[one].some((keyword) => keyword in schema));
  const withType = "type" in schema || type === undefined ? schema : { type, ...schema };
  const { required, properties } = withType;
  if (!Array.isArray(required)) return withType;
  const declared = mapping(properties);
  const missing = required.filter((name) => typeof name === "string" && !Object.hasOwn(declared, name));
  if (missing.length === 0) return withType;
  const added = missing.map((name) => [String(name), {}]);
  return { ...withType, properties: { ...declared, ...Object.fromEntries(added) } };
}

/** Only the values of an enumeration and their types matter. */
function literals(schema: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(schema).filter(
      ([keyword]) => isAnnotation(keyword) || ["type", "enum", "const"].includes(keyword),
    ),
  );
}

function withInnerSchemas(schema: JsonObject): JsonObject {
  const { properties, items, additionalProperties } = schema;
  return {
    ...schema,
    ...(isObject(properties) && {
      properties: Object.fromEntries(
        Object.entries(properties).map(([name, inner]) => [name, lenient(inner)]),
      ),
    }),
    ...(items !== undefined && { items: Array.isArray(items) ? items : lenient(items) }),
    ...(isObject(additionalProperties) && { additionalProperties: lenient(additionalProperties) }),
    ...Object.fromEntries(
      composites.flatMap((keyword) => {
        const branches = schema[keyword];
        return Array.isArray(branches) ? [[keyword, branches.map(lenient)]] : [];
      }),
    ),
  };
}
