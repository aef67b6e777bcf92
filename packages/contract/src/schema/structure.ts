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
 * says nothing. Recursion through properties and items ends where the value does.
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
        message: `the schema is defined by itself alone: ${circle}`,
        fix: "leave the reference out, or put it into a property or an item",
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
          ? "write number alone: it takes integers too"
          : "give each branch a required property with a const of its own, or use anyOf where more than one may fit",
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
    return refuse("no value can fit all branches: their types differ", "leave branches out, or use oneOf");
  }
  if (node.branches.length === 1) return [];
  if (!node.branches.some((branch) => containsObject(branch, definitions))) return [];

  const objects = node.branches.map((branch) => objectOf(branch, definitions));
  const names = new Set<string>();
  for (const object of objects) {
    if (!object) {
      return refuse(
        "a branch is no plain object schema, so it is not known which keys all branches name together",
        "make each branch an object; where there are cases, write oneOf outside and allOf in each of its branches",
      );
    }
    if (object.additional === false || typeof object.additional === "object") {
      return refuse(
        "additionalProperties of one branch would apply to the keys that the other branches name",
        "leave additionalProperties out: producers refuse other keys without it",
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
  // The same property in two branches became an allOf of its own by the merge.
  const merged = objectOf(node, definitions);
  return (merged?.properties ?? []).flatMap(({ schema }) =>
    schema.kind === "intersection" ? intersectionFindings(schema, definitions, schema.pointer) : [],
  );
}
