/** The static type of a schema. */
import { comment, indent, propertyKey } from "./layout.ts";
import type { ObjectNode, SchemaNode } from "./node.ts";

/** Longest type that is written on one line. */
const lineWidth = 90;

/**
 * An exported interface for an object, a type alias for anything else.
 * @param origin where in the contract it comes from
 */
export function typeSource(name: string, node: SchemaNode, origin?: string): string {
  const lines = comment([description(node), ...(origin ? [`@generated from ${origin}`] : [])].join("\n\n"));
  if (node.kind === "object") lines.push(`export interface ${name} {`, ...indent(members(node)), "}");
  else lines.push(`${followed(`export type ${name} =`, typeExpression(node))};`);
  return lines.join("\n");
}

export function typeExpression(node: SchemaNode): string {
  switch (node.kind) {
    case "any":
      return "unknown";
    case "literals":
      return alternatives(node.values.map((value) => JSON.stringify(value)));
    case "array":
      return `${isCompound(node.items) ? `(${typeExpression(node.items)})` : typeExpression(node.items)}[]`;
    case "object":
      return objectExpression(node);
    case "union":
      return alternatives(node.branches.map(typeExpression));
    case "intersection":
      return node.branches
        .map((branch) => (isCompound(branch) ? `(${typeExpression(branch)})` : typeExpression(branch)))
        .join(" & ");
    case "reference":
      return node.name;
    default:
      return node.kind;
  }
}

function objectExpression(node: ObjectNode): string {
  const lines = members(node);
  const line = lines.length === 0 ? "{}" : `{ ${lines.join(" ").replace(/;$/, "")} }`;
  if (line.length <= lineWidth && !lines.some((part) => part.startsWith("/**") || part.includes("\n")))
    return line;
  return ["{", ...indent(lines), "}"].join("\n");
}

function members(node: ObjectNode): string[] {
  const lines = node.properties.flatMap(({ name, required, schema }) => [
    ...comment(description(schema)),
    `${followed(`${propertyKey(name)}${required ? "" : "?"}:`, typeExpression(schema))};`,
  ]);
  const { additional } = node;
  if (additional === undefined || additional === false) return lines;
  // An index signature must also cover the named properties, so beside them it cannot be precise.
  const isMap = node.properties.length === 0 && additional !== true;
  return [...lines, `[key: string]: ${isMap ? typeExpression(additional) : "unknown"};`];
}

/** Alternatives that take several lines begin on a line of their own. */
function followed(text: string, type: string): string {
  return type.startsWith("\n") ? text + type : `${text} ${type}`;
}

function alternatives(types: readonly string[]): string {
  const line = types.join(" | ");
  return line.length <= lineWidth || line.includes("\n")
    ? line
    : `\n${indent(types.map((type) => `| ${type}`)).join("\n")}`;
}

/** Whether the type needs parentheses before `[]` or beside `&`. */
function isCompound(node: SchemaNode): boolean {
  if (node.kind === "literals") return node.values.length > 1;
  return (node.kind === "union" || node.kind === "intersection") && node.branches.length > 0;
}

function description(node: SchemaNode): string {
  const text = node.annotations.description;
  return typeof text === "string" ? text : "";
}
