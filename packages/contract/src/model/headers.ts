/** The headers of a message: those that the document declares, and those that the runtime adds. */
import type { Message } from "../contract.ts";
import { schemasPointer } from "../schema/node.ts";
import { type JsonObject, list, mapping } from "../source.ts";
import type { Node } from "./node.ts";
import type { SchemaNames } from "./schemas.ts";

/** Set by the producing runtime from the context of a message, if it has one. */
export const contextHeaders: Readonly<Record<string, JsonObject>> = {
  "causation-id": {
    type: "string",
    maxLength: 255,
    description: "Id of the message that caused this one; absent if a request or a timer did.",
  },
  traceparent: {
    type: "string",
    maxLength: 255,
    description: "W3C trace context of the message's cause.",
  },
  tracestate: {
    type: "string",
    maxLength: 512,
    description: "W3C trace state that accompanies `traceparent`.",
  },
};

/** Set by the consuming runtime when it sends a message through its redelivery exchange. */
const redeliveryHeaders = [
  "retry-attempt",
  "first-failed-at",
  "failure-reason",
  "dead-lettered-at",
  "dead-letter-reason",
  "original-exchange",
  "original-routing-key",
];

/** For messages whose headers the document does not declare. */
const undeclared = "ContextHeaders";

type Schemas = Readonly<Record<string, JsonObject>>;

export class Headers {
  readonly #schemas: SchemaNames;
  #undeclared: string | undefined;
  readonly #completed = new Set<string>();

  constructor(schemas: SchemaNames) {
    this.#schemas = schemas;
  }

  /** The name of the schema of the headers declared at `node`, which is `wanted` if they are written inline. */
  nameOf(node: Node, wanted: string): string {
    if (!node.exists) {
      this.#undeclared ??= this.#schemas.add(undeclared, withContext({ type: "object" }, {}), node.pointer);
      return this.#undeclared;
    }
    const name = this.#schemas.nameOf(node, wanted);
    const { schemas } = this.#schemas;
    if (!this.#completed.has(name)) {
      this.#completed.add(name);
      schemas[name] = withContext(schemas[name] ?? {}, schemas);
    }
    return name;
  }
}

function withContext(schema: JsonObject, schemas: Schemas): JsonObject {
  const declared = new Set(propertiesOf(schema, schemas).map(([name]) => name));
  const missing = Object.fromEntries(Object.entries(contextHeaders).filter(([name]) => !declared.has(name)));
  if (Object.keys(missing).length === 0) return schema;
  if (schema.type === "object") {
    return { ...schema, properties: { ...mapping(schema.properties), ...missing } };
  }
  const { description, ...rest } = schema;
  const branches = Array.isArray(schema.allOf) ? schema.allOf : [rest];
  return {
    ...(description !== undefined && { description }),
    allOf: [...branches, { type: "object", properties: missing }],
  };
}

/** The properties that a schema of headers declares, in any branch. */
export function propertiesOf(schema: JsonObject, schemas: Schemas): [name: string, schema: JsonObject][] {
  return partsOf(schema, schemas).flatMap((part) =>
    Object.entries(mapping(part.properties)).map(([name, value]): [string, JsonObject] => [
      name,
      mapping(value),
    ]),
  );
}

/** Whether a schema, or what it refers to, has a type. */
export function hasType(schema: JsonObject, type: string, schemas: Schemas): boolean {
  return partsOf(schema, schemas).some((part) => part.type === type);
}

/** The names of the properties that every value has. */
export function requiredOf(schema: JsonObject, schemas: Schemas): string[] {
  return partsOf(schema, schemas).flatMap(({ required }) => list(required).map(String));
}

/** The version that every message carries; undefined for a message without versions. */
export function schemaVersionOf(schema: JsonObject, schemas: Schemas): number | undefined {
  const declared = propertiesOf(schema, schemas).find(([name]) => name === "schema-version")?.[1];
  const version = declared?.const;
  const isRequired = requiredOf(schema, schemas).includes("schema-version");
  return isRequired && typeof version === "number" ? version : undefined;
}

/** The headers that have one value only. */
export function fixedHeadersOf(schema: JsonObject, schemas: Schemas): Message["fixedHeaders"] {
  return Object.fromEntries(
    propertiesOf(schema, schemas).flatMap(([name, { const: only, enum: values }]) => {
      const value = Array.isArray(values) && values.length === 1 ? values[0] : only;
      return typeof value === "string" || typeof value === "number" || typeof value === "boolean"
        ? [[name, value] as const]
        : [];
    }),
  );
}

/** A schema and all of its parts: what it refers to, and the branches of `allOf`. */
function partsOf(schema: JsonObject, schemas: Schemas, seen: readonly string[] = []): JsonObject[] {
  const name =
    typeof schema.$ref === "string" && schema.$ref.startsWith(`#${schemasPointer}/`)
      ? schema.$ref.slice(schemasPointer.length + 2)
      : undefined;
  if (name !== undefined)
    return seen.includes(name) ? [] : partsOf(schemas[name] ?? {}, schemas, [...seen, name]);
  return [schema, ...list(schema.allOf).flatMap((branch) => partsOf(mapping(branch), schemas, seen))];
}

/** The headers that a message's publisher provides: all except those that the runtime sets. */
export function givenHeaders({ headers, schemaVersion }: Message, schemas: Schemas): string[] {
  const set = [
    ...Object.keys(contextHeaders),
    ...redeliveryHeaders,
    ...(schemaVersion === undefined ? [] : ["schema-version"]),
  ];
  const declared = propertiesOf(schemas[headers] ?? {}, schemas).map(([name]) => name);
  return [...new Set(declared)].filter((name) => !set.includes(name));
}
