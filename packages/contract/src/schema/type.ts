/** The static type of a schema. */
import type { ObjectNode, SchemaNode } from "./node.ts";
import { comment } from "./source-text.ts";

/**
 * An exported interface for an object, a type alias for anything else.
 * @param origin where in the contract it comes from
 */
export function typeSource(name: string, node: SchemaNode, origin?: string): string {
  const lines = comment([description(node), ...(origin ? [`@generated from ${origin}`] : [])].join("\n\n"));
  if (node.kind === "object") lines.push(`export interface ${name} {`, ...members(node), "}");
  else lines.push(`export type ${name} = ${typeExpression(node)};`);
  return lines.join("\n");
}

export function typeExpression(node: SchemaNode): string {
  switch (node.kind) {
    case "any":
      return "unknown";
    case "literals":
      return node.values.map((value) => JSON.stringify(value)).join(" | ");
    case "array":
      return `(${typeExpression(node.items)})[]`;
    case "object":
      return `{ ${members(node).join("\n")} }`;
    case "union":
      return node.branches.map(typeExpression).join(" | ");
    case "intersection":
      return node.branches.map((branch) => `(${typeExpression(branch)})`).join(" & ");
    case "reference":
      return node.name;
    default:
      return node.kind;
  }
}

function members(node: ObjectNode): string[] {
  const lines = node.properties.flatMap(({ name, required, schema }) => [
    ...comment(description(schema)),
    `${JSON.stringify(name)}${required ? "" : "?"}: ${typeExpression(schema)};`,
  ]);
  const { additional } = node;
  if (additional === undefined || additional === false) return lines;
  // An index signature must also cover the named properties, so beside them it cannot be precise.
  const isMap = node.properties.length === 0 && additional !== true;
  return [...lines, `[key: string]: ${isMap ? typeExpression(additional) : "unknown"};`];
}

function description(node: SchemaNode): string {
  const text = node.annotations.description;
  return typeof text === "string" ? text : "";
}
