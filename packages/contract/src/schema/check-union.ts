/** Checks of unions: find the branch that a value can belong to, then check it alone. */

import { listed } from "../listed.ts";
import { pointerOf } from "../source.ts";
import type { CheckFunction, Subject } from "./check-module.ts";
import { expectationOf, problemCall } from "./check-scalar.ts";
import { camelCase } from "./names.ts";
import type { Definitions, SchemaNode, UnionNode } from "./node.ts";
import { literalsOf } from "./shape.ts";
import { type Choice, choicesOf } from "./union.ts";

/** A union of nothing but values: compared like an enum. */
export function isPlainList(node: UnionNode, definitions: Definitions): boolean {
  const values = literalsOf(node, definitions);
  return values !== undefined && new Set(values).size === values.length;
}

export function unionBody(node: UnionNode, check: CheckFunction): string[] {
  const { definitions } = check.module;
  if (isPlainList(node, definitions)) {
    return [...check.statements(node, { value: "value", path: check.path }), "return undefined;"];
  }
  const branchPath = (branch: SchemaNode) => `${check.path}Option${node.branches.indexOf(branch) + 1}`;
  const choices = choicesOf(node, definitions);
  if (!choices) {
    const calls = node.branches.map((branch) =>
      check.call(branch, { value: "value", path: branchPath(branch) }),
    );
    return [`return ${check.module.use("anyOf")}([${calls.join(", ")}]);`];
  }
  const lines = choices.flatMap((choice) => {
    const body = choiceBody(choice, node, branchPath, check);
    const test = typeTest(choice, check);
    return body.length === 1 ? [`if (${test}) ${body}`] : [`if (${test}) {`, ...body, "}"];
  });
  const expectation = listed(
    choices.map((choice) => typeWords[choice.type]),
    "or",
  );
  const subject: Subject = { value: "value", path: check.path };
  return [
    ...lines,
    `return ${problemCall(check.module.use("mustBe"), JSON.stringify(expectation), subject)};`,
  ];
}

/** Statements for a value that is known to have the choice's type; they return. */
function choiceBody(
  choice: Choice,
  node: UnionNode,
  branchPath: (branch: SchemaNode) => string,
  check: CheckFunction,
): string[] {
  switch (choice.kind) {
    case "tagged":
      return taggedBody(choice, branchPath, check);
    case "values": {
      const list: SchemaNode = { ...node, kind: "literals", values: choice.values };
      return [...check.statements(list, { value: "value", path: check.path }), "return undefined;"];
    }
    case "branch": {
      const { branch } = choice;
      const subject: Subject = { value: "value", path: branchPath(branch) };
      switch (branch.kind) {
        case "null":
        case "boolean":
        case "string":
          // The first statement checks the type, which is already known here.
          return [...check.statements(branch, subject).slice(1), "return undefined;"];
        case "number":
        case "any":
        case "literals":
          return [...check.statements(branch, subject), "return undefined;"];
        default:
          return [`return ${check.call(branch, subject)};`];
      }
    }
  }
}

function taggedBody(
  { tag, cases }: Choice & { readonly kind: "tagged" },
  branchPath: (branch: SchemaNode) => string,
  check: CheckFunction,
): string[] {
  const value = check.local(camelCase(tag));
  const pointer = JSON.stringify(pointerOf(tag));
  const expectation = JSON.stringify(expectationOf(cases.flatMap((one) => one.values)));
  return [
    `const ${value} = ${check.module.use("own")}(value, ${JSON.stringify(tag)});`,
    `if (${value} === undefined) return ${check.module.use("missing")}(${pointer});`,
    `switch (${value}) {`,
    ...cases.flatMap(({ values, branch }) => [
      ...values.map((one) => `case ${JSON.stringify(one)}:`),
      `return ${check.call(branch, { value: "value", path: branchPath(branch) })};`,
    ]),
    "default:",
    `return ${problemCall(check.module.use("mustBe"), expectation, { value, pointer, path: check.path })};`,
    "}",
  ];
}

function typeTest({ type }: Choice, check: CheckFunction): string {
  switch (type) {
    case "null":
      return "value === null";
    case "object":
      return `${check.module.use("isObject")}(value)`;
    case "array":
      return `${check.module.use("isArray")}(value)`;
    default:
      return `typeof value === "${type}"`;
  }
}

const typeWords = {
  null: "null",
  boolean: "true or false",
  number: "a number",
  string: "a string",
  array: "an array",
  object: "an object",
};
