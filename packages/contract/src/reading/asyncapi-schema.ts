/**
 * Checks a document against the JSON Schema that the AsyncAPI initiative publishes. Its parser does the same with
 * Spectral, which resolves every reference, even remote ones, and takes most of a minute for 2,000 messages. Spectral's
 * other checks are covered by the rules or concern style.
 */
import { createRequire } from "node:module";
import { Ajv, type ValidateFunction } from "ajv";
import { isObject, type JsonObject, type JsonValue, list, mapping } from "../json.ts";
import { problemsOf, type SchemaProblem } from "./schema-problems.ts";

const require = createRequire(import.meta.url);
/** Loaded with the first document of that version. */
const published: Readonly<Record<string, () => JsonObject>> = {
  "3.0.0": () => require("@asyncapi/specs/schemas/3.0.0.json"),
  "3.1.0": () => require("@asyncapi/specs/schemas/3.1.0.json"),
  "2.0.0": () => require("@asyncapi/specs/schemas/2.0.0.json"),
  "2.1.0": () => require("@asyncapi/specs/schemas/2.1.0.json"),
  "2.2.0": () => require("@asyncapi/specs/schemas/2.2.0.json"),
  "2.3.0": () => require("@asyncapi/specs/schemas/2.3.0.json"),
  "2.4.0": () => require("@asyncapi/specs/schemas/2.4.0.json"),
  "2.5.0": () => require("@asyncapi/specs/schemas/2.5.0.json"),
  "2.6.0": () => require("@asyncapi/specs/schemas/2.6.0.json"),
};

/** Everything in the document that AsyncAPI does not allow; schemas of payloads and headers are not checked. */
export function asyncApiProblems(document: JsonObject): SchemaProblem[] {
  const version = String(document.asyncapi);
  if (!isKnownVersion(document)) {
    const seen = JSON.stringify(document.asyncapi ?? null);
    const message = `asyncapi must be 3.0.0, 3.1.0 or one of 2.0.0 to 2.6.0; it is ${seen}`;
    const fix = 'begin the document with "asyncapi: 3.0.0", or with the version that it is written in';
    return [{ pointer: document.asyncapi === undefined ? "" : "/asyncapi", message, fix }];
  }
  const validate = validators.get(version) ?? compiled(published[version]?.() ?? {});
  validators.set(version, validate);
  return validate(document) ? [] : problemsOf(validate.errors ?? []);
}

export function isKnownVersion({ asyncapi }: JsonObject): boolean {
  return Object.hasOwn(published, String(asyncapi));
}

const validators = new Map<string, ValidateFunction>();

function compiled(schema: JsonObject): ValidateFunction {
  const ajv = new Ajv({
    allErrors: true,
    verbose: true,
    strict: false,
    validateFormats: false,
    validateSchema: false,
    unicodeRegExp: false,
    code: { optimize: false },
  });
  return ajv.compile(prepared(schema));
}

/**
 * Leaves out parts that are checked elsewhere: the model checks bindings of other protocols and versions, the schema
 * compiler checks schemas.
 */
function prepared(schema: JsonObject): JsonObject {
  const definitions = mapping(schema.definitions);
  const kept = Object.entries(definitions)
    .filter(([id]) => id !== "http://json-schema.org/draft-07/schema")
    .map(([id, definition]): [string, JsonValue] => {
      if (/\/(schema|avroSchema_v1|openapiSchema_3_0|multiFormatSchema)\.json$/.test(id))
        return [id, { $id: id }];
      if (/BindingsObject\.json$/.test(id)) return [id, onlyAmqp(definition)];
      return [
        id,
        alternativesByKey(/\/amqp\/[^/]+\/channel\.json$/.test(id) ? anyType(definition) : definition),
      ];
    });
  const used = { ...schema, definitions: Object.fromEntries(kept) };
  return Object.fromEntries(Object.entries(used).filter(([key]) => key !== "$id"));
}

/** The AMQP binding, unless its version is not the one that has a schema. */
function onlyAmqp(bindings: JsonValue): JsonValue {
  if (!isObject(bindings) || !isObject(bindings.properties)) return true;
  const { amqp } = bindings.properties;
  if (!isObject(amqp)) return true;
  const { properties: _version, ...versioned } = amqp;
  const names = Object.keys(bindings.properties).map((name): [string, JsonValue] => [name, true]);
  return { ...bindings, properties: { ...Object.fromEntries(names), amqp: versioned } };
}

/** The model says of an exchange type that is not supported what to use instead. */
function anyType(channel: JsonValue): JsonValue {
  const { exchange, ...properties } = mapping(mapping(channel).properties);
  if (!isObject(channel) || !isObject(exchange) || !isObject(exchange.properties)) return channel;
  const typed = { ...exchange, properties: { ...exchange.properties, type: { type: "string" } } };
  return { ...channel, properties: { ...properties, exchange: typed } };
}

/** `oneOf` of a reference and something else as if/then/else: a mistake then has one finding, not one each. */
function alternativesByKey(schema: JsonValue): JsonValue {
  if (Array.isArray(schema)) return schema.map(alternativesByKey);
  if (!isObject(schema)) return schema;
  const copy = Object.fromEntries(
    Object.entries(schema).map(([key, value]) => [key, alternativesByKey(value)]),
  );
  const branches = list(copy.oneOf);
  const reference = branches.find(
    (branch) => isObject(branch) && /\/Reference\.json$/.test(String(branch.$ref)),
  );
  if (reference === undefined || branches.length !== 2) return copy;
  const { oneOf: _replaced, ...others } = copy;
  const other = branches.find((branch) => branch !== reference) ?? true;
  // biome-ignore lint/suspicious/noThenProperty: it is a keyword of JSON Schema
  return { ...others, if: { required: ["$ref"] }, then: reference, else: other };
}
