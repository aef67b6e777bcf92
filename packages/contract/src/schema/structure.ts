/** Checks that need all schemas: references to themselves, unions, allOf. */
import type { Definitions, IntersectionNode, SchemaFinding, SchemaNode } from "./node.ts";
import { childrenOf } from "./node.ts";
import { containsObject, objectOf, typesOf } from "./shape.ts";
import { choicesOf } from "./union.ts";

export function structureFindings(definitions: Definitions): SchemaFinding[] {
  const cycles = cycleFindings(definitions);
  // Circular references cannot be followed.
  if (cycles.length > 0) return cycles;
  return [...definitions.values()].flatMap((node) => nodeFindings(node, definitions));
}

/**
 * One finding per reference that leads back to its own schema without a property or an item on the way: such a schema
 * describes nothing. Recursion through properties and items ends where the value does.
 */
function cycleFindings(definitions: Definitions): SchemaFinding[] {
  const findings: SchemaFinding[] = [];
  const finished = new Set<string>();

  function visit(node: SchemaNode, path: readonly string[]): void {
    if (node.kind === "union" || node.kind === "intersection") {
      for (const branch of node.branches) visit(branch, path);
    } else if (node.kind === "reference" && path.includes(node.name)) {
      const circle = [...path.slice(path.indexOf(node.name)), node.name].join(" → ");
      findings.push({
        pointer: `${node.pointer}/$ref`,
        keyword: "$ref",
        message: `the schema refers only to itself: ${circle}`,
        fix: "remove the reference, or move it into a property or an item",
      });
    } else if (node.kind === "reference") enter(node.name, path);
  }
  function enter(name: string, path: readonly string[]): void {
    const node = definitions.get(name);
    if (!node || finished.has(name)) return;
    visit(node, [...path, name]);
    finished.add(name);
  }

  for (const name of definitions.keys()) enter(name, []);
  return findings;
}

function nodeFindings(node: SchemaNode, definitions: Definitions): SchemaFinding[] {
  const findings = childrenOf(node).flatMap((child) => nodeFindings(child, definitions));
  if (node.kind === "union" && node.keyword !== "anyOf" && !choicesOf(node, definitions)) {
    findings.push({
      pointer: `${node.pointer}/${node.keyword}`,
      keyword: node.keyword,
      message: `the branches of "${node.keyword}" cannot be told apart by their type or by a required property with a const`,
      fix:
        node.keyword === "type"
          ? "write number alone: it includes integers"
          : "give each branch a required property with a const of its own, or use anyOf if more than one may match",
    });
  }
  if (node.kind === "intersection") findings.push(...intersectionFindings(node, definitions));
  return findings;
}

function intersectionFindings(
  node: IntersectionNode,
  definitions: Definitions,
  pointer = `${node.pointer}/allOf`,
): SchemaFinding[] {
  const refuse = (message: string, fix: string): SchemaFinding[] => [
    { pointer, keyword: "allOf", message, fix },
  ];
  if (typesOf(node, definitions).size === 0) {
    return refuse("no value satisfies all branches: their types differ", "remove branches, or use oneOf");
  }
  if (node.branches.length === 1) return [];
  if (!node.branches.some((branch) => containsObject(branch, definitions))) return [];

  const objects = node.branches.map((branch) => objectOf(branch, definitions));
  const names = new Set<string>();
  for (const object of objects) {
    if (!object) {
      return refuse(
        "a branch is not a plain object schema, so it is unknown which keys the branches name together",
        "make each branch an object; to combine it with oneOf, write the oneOf outside, and allOf in each of its branches",
      );
    }
    if (object.additional === false || typeof object.additional === "object") {
      return refuse(
        "additionalProperties of one branch would apply to the keys that the other branches name",
        "remove additionalProperties: producers refuse other keys anyway",
      );
    }
    for (const { name, schema } of object.properties) {
      if (names.has(name) && containsObject(schema, definitions)) {
        return refuse(
          `more than one branch declares "${name}", which holds an object`,
          `declare "${name}" in one branch`,
        );
      }
      names.add(name);
    }
  }
  // A property that two branches declare is an allOf of its own after the merge.
  const merged = objectOf(node, definitions);
  return (merged?.properties ?? []).flatMap(({ schema }) =>
    schema.kind === "intersection" ? intersectionFindings(schema, definitions, schema.pointer) : [],
  );
}
