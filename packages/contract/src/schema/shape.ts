/** Static facts about the values that a node accepts. No schema may refer only to itself. */
import type { Definitions, ObjectNode, Property, Scalar, SchemaNode, TypeName } from "./node.ts";
import { childrenOf } from "./node.ts";

export const typeNames: readonly TypeName[] = ["null", "boolean", "number", "string", "array", "object"];

/** The types of value that `node` may accept. */
export function typesOf(node: SchemaNode, definitions: Definitions): ReadonlySet<TypeName> {
  switch (node.kind) {
    case "any":
      return new Set(typeNames);
    case "literals":
      return new Set(node.values.map(typeOf));
    case "union":
      return new Set(node.branches.flatMap((branch) => [...typesOf(branch, definitions)]));
    case "intersection":
      return new Set(
        typeNames.filter((type) => node.branches.every((branch) => typesOf(branch, definitions).has(type))),
      );
    case "reference":
      return typesOf(target(node.name, definitions), definitions);
    default:
      return new Set([node.kind]);
  }
}

/** Whether `node` constrains the keys of an object, at any depth. */
export function containsObject(
  node: SchemaNode,
  definitions: Definitions,
  seen: ReadonlySet<string> = new Set(),
): boolean {
  if (node.kind === "object") return true;
  if (node.kind !== "reference")
    return childrenOf(node).some((child) => containsObject(child, definitions, seen));
  if (seen.has(node.name)) return false;
  return containsObject(target(node.name, definitions), definitions, new Set([...seen, node.name]));
}

/** All values of a node that enumerates them; undefined otherwise. */
export function literalsOf(node: SchemaNode, definitions: Definitions): readonly Scalar[] | undefined {
  switch (node.kind) {
    case "literals":
      return node.values;
    case "null":
      return [null];
    case "reference":
      return literalsOf(target(node.name, definitions), definitions);
    case "intersection": {
      const [only, ...others] = node.branches;
      return only && others.length === 0 ? literalsOf(only, definitions) : undefined;
    }
    case "union": {
      const values: Scalar[] = [];
      for (const branch of node.branches) {
        const listed = literalsOf(branch, definitions);
        if (!listed) return undefined;
        values.push(...listed);
      }
      return values;
    }
    default:
      return undefined;
  }
}

/** The node as one object schema, allOf merged; undefined if it is not an object or cannot be merged. */
export function objectOf(node: SchemaNode, definitions: Definitions): ObjectNode | undefined {
  if (node.kind === "object") return node;
  if (node.kind === "reference") return objectOf(target(node.name, definitions), definitions);
  if (node.kind !== "intersection") return undefined;
  const parts: ObjectNode[] = [];
  for (const branch of node.branches) {
    const part = objectOf(branch, definitions);
    if (!part) return undefined;
    parts.push(part);
  }
  return merge(node, parts);
}

function merge(whole: SchemaNode, parts: readonly ObjectNode[]): ObjectNode {
  const [only] = parts;
  if (only && parts.length === 1) return only;
  const properties = new Map<string, Property>();
  for (const property of parts.flatMap((part) => part.properties)) {
    const before = properties.get(property.name);
    properties.set(property.name, before ? both(before, property) : property);
  }
  const minimums = parts.flatMap((part) => part.minProperties ?? []);
  const maximums = parts.flatMap((part) => part.maxProperties ?? []);
  return {
    kind: "object",
    pointer: whole.pointer,
    annotations: whole.annotations,
    properties: [...properties.values()],
    ...(parts.some((part) => part.additional === true) ? { additional: true } : {}),
    ...(minimums.length > 0 ? { minProperties: Math.max(...minimums) } : {}),
    ...(maximums.length > 0 ? { maxProperties: Math.min(...maximums) } : {}),
  };
}

function both(left: Property, right: Property): Property {
  const { pointer, annotations } = left.schema;
  return {
    name: left.name,
    required: left.required || right.required,
    schema: { kind: "intersection", pointer, annotations, branches: [left.schema, right.schema] },
  };
}

function typeOf(value: Scalar): TypeName {
  if (value === null) return "null";
  if (typeof value === "string") return "string";
  return typeof value === "number" ? "number" : "boolean";
}

export function target(name: string, definitions: Definitions): SchemaNode {
  const node = definitions.get(name);
  if (!node) throw new Error(`cannot follow a reference: there is no schema "${name}"`);
  return node;
}
