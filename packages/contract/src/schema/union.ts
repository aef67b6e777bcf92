/** Finds the only branch of a union that a value can belong to, before checking the value. */
import type { Definitions, Scalar, SchemaNode, TypeName, UnionNode } from "./node.ts";
import { literalsOf, objectOf, typeNames, typesOf } from "./shape.ts";

/** The choice for values of one type. */
export type Choice = { readonly type: TypeName } & (
  | { readonly kind: "branch"; readonly branch: SchemaNode }
  /** It must be one of these. */
  | { readonly kind: "values"; readonly values: readonly Scalar[] }
  /** An object: its property `tag` decides the branch. */
  | { readonly kind: "tagged"; readonly tag: string; readonly cases: readonly Case[] }
);

export interface Case {
  readonly values: readonly Scalar[];
  readonly branch: SchemaNode;
}

/** One choice per type that the union accepts; undefined if its branches cannot be distinguished. */
export function choicesOf(node: UnionNode, definitions: Definitions): readonly Choice[] | undefined {
  const choices: Choice[] = [];
  for (const type of typeNames) {
    const branches = node.branches.filter((branch) => typesOf(branch, definitions).has(type));
    const [only] = branches;
    if (only === undefined) continue;
    const choice =
      branches.length === 1
        ? ({ type, kind: "branch", branch: only } as const)
        : (valuesChoice(type, branches, definitions) ?? taggedChoice(type, branches, definitions));
    if (!choice) return undefined;
    choices.push(choice);
  }
  return choices;
}

function valuesChoice(
  type: TypeName,
  branches: readonly SchemaNode[],
  definitions: Definitions,
): Choice | undefined {
  const values: Scalar[] = [];
  for (const branch of branches) {
    const listed = literalsOf(branch, definitions);
    if (!listed) return undefined;
    values.push(...listed);
  }
  return isUnique(values) ? { type, kind: "values", values } : undefined;
}

function taggedChoice(
  type: TypeName,
  branches: readonly SchemaNode[],
  definitions: Definitions,
): Choice | undefined {
  const [first] = branches;
  const candidates = first && objectOf(first, definitions)?.properties;
  for (const { name } of candidates ?? []) {
    const cases = branches.flatMap((branch) => {
      const property = objectOf(branch, definitions)?.properties.find((candidate) => candidate.name === name);
      const values = property?.required ? literalsOf(property.schema, definitions) : undefined;
      return values ? [{ values, branch }] : [];
    });
    const complete = cases.length === branches.length && isUnique(cases.flatMap((one) => one.values));
    if (complete) return { type, kind: "tagged", tag: name, cases };
  }
  return undefined;
}

function isUnique(values: readonly Scalar[]): boolean {
  return new Set(values).size === values.length;
}
