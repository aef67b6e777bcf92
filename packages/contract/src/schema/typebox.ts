/** The TypeBox expression of a schema, whose `Static` is the type of `type.ts`. */
import type { ObjectNode, Scalar, SchemaNode } from "./node.ts";
import { literal, objectLiteral } from "./source-text.ts";
import { typeExpression } from "./type.ts";

type Options = readonly (readonly [name: string, value: string])[];

/** @param written the schemas whose constants come before it. A recursive schema refers to others, which it can only name. */
export function typeBoxSource(name: string, node: SchemaNode, written: ReadonlySet<string>): string {
  return `export const ${name} = ${expression(node, written, name)};`;
}

/** @param name of the static type, when it has one */
function expression(node: SchemaNode, written: ReadonlySet<string>, name?: string): string {
  switch (node.kind) {
    case "string":
      return call("String", [], options(node));
    case "number":
      return call(node.integer ? "Integer" : "Number", [], options(node));
    case "boolean":
      return call("Boolean", [], options(node));
    case "null":
      return call("Null", [], options(node));
    case "any":
      return call("Unknown", [], options(node));
    case "literals": {
      const [only = null, ...others] = node.values;
      if (others.length === 0) return literalExpression(only, options(node));
      return call("Union", [list(node.values.map((value) => literalExpression(value, [])))], options(node));
    }
    case "array":
      return call("Array", [expression(node.items, written)], options(node));
    case "object":
      return objectExpression(node, written, name);
    case "union":
      return call("Union", [list(node.branches.map((branch) => expression(branch, written)))], options(node));
    case "intersection":
      return call(
        "Intersect",
        [list(node.branches.map((branch) => expression(branch, written)))],
        options(node),
      );
    case "reference":
      return written.has(node.name) ? node.name : `Type.Unsafe<${node.name}>({})`;
  }
}

function objectExpression(node: ObjectNode, written: ReadonlySet<string>, name?: string): string {
  const properties = node.properties.map(({ name: key, required, schema }) => {
    const value = expression(schema, written);
    return [key, required ? value : `Type.Optional(${value})`] as const;
  });
  const { additional } = node;
  const allowed = typeof additional === "object" ? expression(additional, written) : String(additional);
  const object = call(
    "Object",
    [objectLiteral(properties)],
    [...(additional === undefined ? [] : [["additionalProperties", allowed] as const]), ...options(node)],
  );
  // Static of an object ignores additionalProperties, so the type is stated.
  if (additional === undefined || additional === false) return object;
  return `Type.Unsafe<${name ?? typeExpression(node)}>(${object})`;
}

function literalExpression(value: Scalar, own: Options): string {
  return value === null ? call("Null", [], own) : call("Literal", [JSON.stringify(value)], own);
}

function list(items: readonly string[]): string {
  return `[${items.join(", ")}]`;
}

function call(type: string, parts: readonly string[], own: Options): string {
  return `Type.${type}(${(own.length === 0 ? parts : [...parts, objectLiteral(own)]).join(", ")})`;
}

const keywordNames = [
  ...["minLength", "maxLength", "pattern", "format"],
  ...["minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"],
  ...["minItems", "maxItems", "uniqueItems", "minProperties", "maxProperties"],
];

/** Keywords with a plain value, then the annotations that TypeBox knows. */
function options(node: SchemaNode): Options {
  const keywords = Object.entries(node).filter(
    ([keyword, value]) => keywordNames.includes(keyword) && value !== undefined && value !== false,
  );
  const annotations = Object.entries(node.annotations).filter(
    ([keyword]) => keyword !== "$comment" && !keyword.startsWith("x-"),
  );
  return [...keywords, ...annotations].map(([keyword, value]) => [keyword, literal(value)]);
}
