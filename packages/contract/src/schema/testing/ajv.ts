/** For tests: the verdict of Ajv, another implementation of the same standard. */
import { Ajv, type ValidateFunction } from "ajv";
import { Ajv2019 } from "ajv/dist/2019.js";
import addFormats from "ajv-formats";
import { isObject, type JsonObject, type JsonValue } from "../../source.ts";

type Definitions = Readonly<Record<string, JsonObject>>;

const options = { strict: false, ownProperties: true, multipleOfPrecision: 9, logger: false } as const;

/** What consumers accept: keys that the schema does not name are ignored. */
export function ajvFor(definitions: Definitions): (schema: object) => ValidateFunction {
  const ajv = new Ajv(options);
  addFormats.default(ajv);
  for (const [name, schema] of Object.entries(definitions))
    ajv.addSchema(schema, `#/components/schemas/${name}`);
  return (schema) => ajv.compile(schema);
}

/** What producers may send. */
export function closedAjvFor(definitions: Definitions): (name: string) => ValidateFunction {
  const ajv = new Ajv2019(options);
  addFormats.default(ajv);
  for (const [name, schema] of Object.entries(definitions))
    ajv.addSchema(closeInside(schema, definitions), `#/components/schemas/${name}`);
  return (name) => ajv.compile(close({ $ref: `#/components/schemas/${name}` }, definitions));
}

/** Refuses keys that `schema` does not name; its branches count together, so they stay open themselves. */
function close(schema: JsonValue, schemas: Definitions): JsonObject {
  const inner = closeInside(schema, schemas);
  return isAnything(schema, schemas) ? inner : { allOf: [inner], unevaluatedProperties: false };
}

/** The same for everything inside `schema`. */
function closeInside(schema: JsonValue, schemas: Definitions): JsonObject {
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

/** A schema without assertions stays open, since it names no keys. */
function isAnything(schema: JsonValue, schemas: Definitions): boolean {
  if (!isObject(schema)) return true;
  if (typeof schema.$ref === "string")
    return isAnything(schemas[schema.$ref.split("/").at(-1) ?? ""] ?? {}, schemas);
  return !["type", "enum", "const", "oneOf", "anyOf", "allOf"].some((keyword) => keyword in schema);
}
