/**
 * Where a document of AsyncAPI 2 or 3 may have references, and to what. Elsewhere, e.g. in an example or a default,
 * "$ref" is data.
 */
import { childOf, type JsonObject, type JsonValue, segmentsOf } from "../json.ts";

const schemaFields = {
  ...Object.fromEntries(
    ["properties", "patternProperties", "definitions", "$defs", "dependencies"].map((key) => [
      key,
      "schema{}",
    ]),
  ),
  ...Object.fromEntries(
    [
      "additionalProperties",
      "propertyNames",
      "items",
      "additionalItems",
      "contains",
      "not",
      "if",
      "then",
      "else",
      "allOf",
      "anyOf",
      "oneOf",
    ].map((key) => [key, "schema"]),
  ),
  // Of a multi-format schema.
  schema: "schema",
  externalDocs: "externalDocs",
};

const common = { tags: "tag", externalDocs: "externalDocs" };
const channel = {
  servers: "server",
  parameters: "parameter{}",
  messages: "message{}",
  bindings: "channelBinding",
  ...common,
};
const operation = { security: "securityScheme", bindings: "operationBinding", ...common };
const message = {
  headers: "schema",
  payload: "schema",
  correlationId: "correlationId",
  bindings: "messageBinding",
  ...common,
};
// Of HTTP, WebSocket, Kafka and others.
const binding = Object.fromEntries(
  ["key", "query", "headers", "groupId", "clientId"].map((key) => [key, "schema"]),
);
const bindings = { "*": "binding" };

/** Where named parts of each kind are under `components`. */
export const homes: Readonly<Record<string, string>> = {
  schema: "schemas",
  server: "servers",
  serverVariable: "serverVariables",
  channel: "channels",
  operation: "operations",
  message: "messages",
  securityScheme: "securitySchemes",
  parameter: "parameters",
  correlationId: "correlationIds",
  reply: "replies",
  replyAddress: "replyAddresses",
  externalDocs: "externalDocs",
  tag: "tags",
  operationTrait: "operationTraits",
  messageTrait: "messageTraits",
  serverBinding: "serverBindings",
  channelBinding: "channelBindings",
  operationBinding: "operationBindings",
  messageBinding: "messageBindings",
};

/** By kind of the owner and key: the kind of the value or of the items of its list; `{}` for those of a mapping. */
const grammar: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  document: {
    info: "info",
    servers: "server{}",
    channels: "channel{}",
    operations: "operation{}",
    components: "components",
    ...common,
  },
  info: common,
  components: Object.fromEntries(Object.entries(homes).map(([kind, home]) => [home, `${kind}{}`])),
  server: { variables: "serverVariable{}", security: "securityScheme", bindings: "serverBinding", ...common },
  // publish, subscribe and message are of AsyncAPI 2.
  channel: { ...channel, publish: "operation", subscribe: "operation" },
  parameter: { schema: "schema" },
  operation: {
    ...operation,
    channel: "channel",
    messages: "message",
    message: "message",
    reply: "reply",
    traits: "operationTrait",
  },
  operationTrait: operation,
  reply: { address: "replyAddress", channel: "channel", messages: "message" },
  message: { ...message, oneOf: "message", traits: "messageTrait" },
  messageTrait: message,
  schema: schemaFields,
  tag: { externalDocs: "externalDocs" },
  serverBinding: bindings,
  channelBinding: bindings,
  operationBinding: bindings,
  messageBinding: bindings,
  binding,
};

/** The kind of the value under `key`; undefined for data. */
export function kindOf(owner: string, key: string): string | undefined {
  if (owner.endsWith("{}")) return owner.slice(0, -2);
  const fields = grammar[owner];
  if (!fields) return undefined;
  return Object.hasOwn(fields, key) ? fields[key] : fields["*"];
}

/** The kind of the value at `pointer` of a document; undefined for data. */
export function kindAt(root: JsonObject, pointer: string): string | undefined {
  let kind: string | undefined = "document";
  let value: JsonValue | undefined = root;
  for (const segment of segmentsOf(pointer)) {
    // The items of a list are of its kind.
    if (kind !== undefined && !Array.isArray(value)) kind = kindOf(kind, segment);
    value = childOf(value, segment);
  }
  return kind;
}

/**
 * Whether the value of `key` is a schema in another language than JSON Schema, e.g. Avro, which is data without
 * references.
 */
export function isForeign(owner: JsonObject, key: string): boolean {
  const { schemaFormat } = owner;
  if (typeof schemaFormat !== "string" || (key !== "schema" && key !== "payload")) return false;
  return !/aai\.asyncapi|schema\+(json|yaml)|openapi/.test(schemaFormat);
}
