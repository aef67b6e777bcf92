/** A parsed JSON Schema, with every keyword understood; the input of the emitters. */
import type { JsonValue } from "../json.ts";

export type Scalar = string | number | boolean | null;

export type TypeName = "null" | "boolean" | "number" | "string" | "array" | "object";

/** Formats of strings. */
export const formatNames = [
  ...(["uuid", "date-time", "date", "duration", "email", "uri", "hostname"] as const),
  ...(["ipv4", "ipv6", "byte", "binary"] as const),
] as const;
export type Format = (typeof formatNames)[number];

/** Formats of numbers, each of which is simply a range in JSON. */
export const numberFormats = {
  int32: { type: "integer", least: -(2 ** 31), most: 2 ** 31 - 1 },
  /** The range that a JavaScript number represents exactly; beyond it, a value would change in transit. */
  int64: { type: "integer", least: Number.MIN_SAFE_INTEGER, most: Number.MAX_SAFE_INTEGER },
  float: { type: "number", least: -3.4028234663852886e38, most: 3.4028234663852886e38 },
  double: { type: "number", least: Number.NEGATIVE_INFINITY, most: Number.POSITIVE_INFINITY },
} as const;
export type NumberFormat = keyof typeof numberFormats;

export function isNumberFormat(format: unknown): format is NumberFormat {
  return typeof format === "string" && Object.hasOwn(numberFormats, format);
}

/** Where the named schemas are in a document. */
export const schemasPointer = "/components/schemas";

/** A keyword that is not supported, or not here. */
export interface SchemaFinding {
  /** Place of the keyword in the document, or of the schema that lacks one. */
  readonly pointer: string;
  readonly keyword: string;
  readonly message: string;
  /** How to fix it. */
  readonly fix: string;
}

interface Base {
  /** Place of the schema in the document. */
  readonly pointer: string;
  /** title, description, default, examples and so on: annotations without constraints. */
  readonly annotations: Readonly<Record<string, JsonValue>>;
}

export interface StringNode extends Base {
  readonly kind: "string";
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly pattern?: string;
  readonly format?: Format;
}

export interface NumberNode extends Base {
  readonly kind: "number";
  readonly integer: boolean;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: number;
  readonly exclusiveMaximum?: number;
  readonly multipleOf?: number;
}

export interface PlainNode extends Base {
  /** `any` is a schema without constraints. */
  readonly kind: "boolean" | "null" | "any";
}

/** `enum` and `const`. */
export interface LiteralsNode extends Base {
  readonly kind: "literals";
  readonly values: readonly Scalar[];
}

export interface ArrayNode extends Base {
  readonly kind: "array";
  readonly items: SchemaNode;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly uniqueItems: boolean;
}

export interface ObjectNode extends Base {
  readonly kind: "object";
  readonly properties: readonly Property[];
  /** `additionalProperties`; when absent, consumers ignore other keys and producers may not send them. */
  readonly additional?: boolean | SchemaNode;
  readonly minProperties?: number;
  readonly maxProperties?: number;
}

export interface Property {
  readonly name: string;
  readonly required: boolean;
  readonly schema: SchemaNode;
}

export interface UnionNode extends Base {
  readonly kind: "union";
  readonly keyword: "oneOf" | "anyOf" | "type";
  readonly branches: readonly SchemaNode[];
}

/** `allOf`. */
export interface IntersectionNode extends Base {
  readonly kind: "intersection";
  readonly branches: readonly SchemaNode[];
}

/** `$ref` to a named schema. */
export interface ReferenceNode extends Base {
  readonly kind: "reference";
  readonly name: string;
}

export type SchemaNode =
  | StringNode
  | NumberNode
  | PlainNode
  | LiteralsNode
  | ArrayNode
  | ObjectNode
  | UnionNode
  | IntersectionNode
  | ReferenceNode;

/** The named schemas that references lead to. */
export type Definitions = ReadonlyMap<string, SchemaNode>;

/** The schemas directly inside `node`, references not followed. */
export function childrenOf(node: SchemaNode): readonly SchemaNode[] {
  switch (node.kind) {
    case "array":
      return [node.items];
    case "object": {
      const properties = node.properties.map((property) => property.schema);
      return typeof node.additional === "object" ? [...properties, node.additional] : properties;
    }
    case "union":
    case "intersection":
      return node.branches;
    default:
      return [];
  }
}
