/** The TypeBox expression of a schema, whose `Static` is the type of `type.ts`. */
import type { JsonValue } from "../source.ts";
import { type Doc, group, literal, objectLiteral, render } from "./layout.ts";
import type { ObjectNode, Scalar, SchemaNode } from "./node.ts";
import { typeExpression } from "./type.ts";

type Options = readonly (readonly [name: string, value: Doc])[];

export function typeBoxSource(name: string, node: SchemaNode): string {
  return `${render({ label: `export const ${name} = `, doc: expression(node, name) })};`;
}

/** @param name of the static type, when it has one */
function expression(node: SchemaNode, name?: string): Doc {
  switch (node.kind) {
    case "string":
    case "number":
    case "boolean":
    case "null":
    case "any":
      return call(
        typeBoxNames[node.kind === "number" && node.integer ? "integer" : node.kind],
        [],
        options(node),
      );
    case "literals": {
      const [only = null] = node.values;
      if (node.values.length === 1) return literalExpression(only, options(node));
      const values = node.values.map((value) => literalExpression(value, []));
      return call("Type.Union", [group("[", values, "]")], options(node));
    }
    case "array":
      return call("Type.Array", [expression(node.items)], options(node));
    case "object":
      return objectExpression(node, name);
    case "union":
      return call("Type.Union", [branches(node.branches)], options(node));
    case "intersection":
      return call("Type.Intersect", [branches(node.branches)], options(node));
    case "reference":
      return node.name;
  }
}

const typeBoxNames = {
  string: "Type.String",
  number: "Type.Number",
  integer: "Type.Integer",
  boolean: "Type.Boolean",
  null: "Type.Null",
  any: "Type.Unknown",
};

function objectExpression(node: ObjectNode, name?: string): Doc {
  const properties = node.properties.map(({ name: key, required, schema }): readonly [string, Doc] => [
    key,
    required ? expression(schema) : group("Type.Optional(", [expression(schema)], ")"),
  ]);
  const { additional } = node;
  const allowed: Options =
    additional === undefined
      ? []
      : [
          [
            "additionalProperties",
            typeof additional === "boolean" ? String(additional) : expression(additional),
          ],
        ];
  const object = call("Type.Object", [objectLiteral(properties)], [...allowed, ...options(node)]);
  // Static of an object forgets additionalProperties, so the type is said beside it.
  if (additional === undefined || additional === false) return object;
  return group(`Type.Unsafe<${name ?? typeExpression(node)}>(`, [object], ")");
}

function literalExpression(value: Scalar, own: Options): Doc {
  return value === null ? call("Type.Null", [], own) : call("Type.Literal", [JSON.stringify(value)], own);
}

function branches(nodes: readonly SchemaNode[]): Doc {
  return group(
    "[",
    nodes.map((node) => expression(node)),
    "]",
  );
}

function call(callee: string, parts: readonly Doc[], own: Options): Doc {
  return group(`${callee}(`, own.length === 0 ? parts : [...parts, objectLiteral(own)], ")");
}

const keywordNames = [
  "minLength",
  "maxLength",
  "pattern",
  "format",
  "minimum",
  "maximum",
  "exclusiveMinimum",
  "exclusiveMaximum",
  "multipleOf",
  "minItems",
  "maxItems",
  "uniqueItems",
  "minProperties",
  "maxProperties",
];

/** Keywords with a plain value, then the annotations that TypeBox knows. */
function options(node: SchemaNode): Options {
  const keywords = Object.entries(node).filter(
    ([keyword, value]) => keywordNames.includes(keyword) && value !== undefined && value !== false,
  );
  const annotations = Object.entries(node.annotations).filter(
    ([keyword]) => keyword !== "$comment" && !keyword.startsWith("x-"),
  );
  return [...keywords, ...annotations].map(([keyword, value]) => [keyword, literal(value as JsonValue)]);
}
