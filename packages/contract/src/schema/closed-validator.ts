/**
 * Validates values against the schemas of a contract as a producer's check does (closed), without compiling
 * TypeScript: for tools that look at values, such as the examples of a contract.
 */

import * as formats from "@rabbit-contract/messaging/formats";
import type { Problem } from "@rabbit-contract/messaging/validation";
import { Ajv2019, type ValidateFunction } from "ajv/dist/2019.js";
import { isObject, type JsonObject, type JsonValue } from "../source.ts";
import type { Schemas } from "./index.ts";

/** First problem of `value` as the named schema, or undefined. The schemas must be supported. */
export function closedValidator(schemas: Schemas): (name: string, value: JsonValue) => Problem | undefined {
  const ajv = new Ajv2019({
    strict: false,
    ownProperties: true,
    multipleOfPrecision: 9,
    logger: false,
  });
  ajv.addFormat("uuid", formats.isUuid);
  ajv.addFormat("date-time", formats.isDateTime);
  ajv.addFormat("date", formats.isDate);
  ajv.addFormat("email", formats.isEmail);
  ajv.addFormat("uri", formats.isUri);
  for (const [name, schema] of Object.entries(schemas)) {
    ajv.addSchema(closeInside(schema, schemas), `#/components/schemas/${name}`);
  }
  const validators = new Map<string, ValidateFunction>();
  return (name, value) => {
    const reference = { $ref: `#/components/schemas/${name}` };
    const validate = validators.get(name) ?? ajv.compile(close(reference, schemas));
    validators.set(name, validate);
    if (validate(value)) return undefined;
    const [error] = validate.errors ?? [];
    const key: unknown = error?.params.unevaluatedProperty;
    return {
      pointer: error?.instancePath ?? "",
      message:
        key === undefined
          ? (error?.message ?? "is invalid")
          : `must not have "${key}", which the contract does not name`,
    };
  };
}

/** Refuses keys that `schema` does not name; its branches count together, so they stay open themselves. */
function close(schema: JsonValue, schemas: Schemas): JsonObject {
  const inner = closeInside(schema, schemas);
  return isAnything(schema, schemas) ? inner : { allOf: [inner], unevaluatedProperties: false };
}

/** The same for whatever stands inside of `schema`. */
function closeInside(schema: JsonValue, schemas: Schemas): JsonObject {
  if (!isObject(schema)) return {};
  return Object.fromEntries(
    Object.entries(schema).map(([keyword, value]): [string, JsonValue] => {
      if (keyword === "properties" && isObject(value)) {
        return [
          keyword,
          Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, close(inner, schemas)])),
        ];
      }
      if (keyword === "items" || (keyword === "additionalProperties" && isObject(value))) {
        return [keyword, close(value, schemas)];
      }
      if (["oneOf", "anyOf", "allOf"].includes(keyword) && Array.isArray(value)) {
        return [keyword, value.map((branch) => closeInside(branch, schemas))];
      }
      return [keyword, value];
    }),
  );
}

/** A schema without assertions stays open: it names no keys to keep to. */
function isAnything(schema: JsonValue, schemas: Schemas): boolean {
  if (!isObject(schema)) return true;
  if (typeof schema.$ref === "string")
    return isAnything(schemas[schema.$ref.split("/").at(-1) ?? ""] ?? {}, schemas);
  return !["type", "enum", "const", "oneOf", "anyOf", "allOf"].some((keyword) => keyword in schema);
}
