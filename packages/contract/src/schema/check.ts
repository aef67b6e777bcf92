/**
 * The check of a schema: code that returns the first problem. Values without parts are checked in place; parts are
 * checked in separate functions, and the caller prefixes their problems with the part's place. Nothing is allocated
 * unless there is a problem.
 */
import type { CheckFunction, CheckModule, Subject } from "./check-module.ts";
import { scalarFailures, statement } from "./check-scalar.ts";
import { arrayBody, objectBody } from "./check-structure.ts";
import { isPlainList, unionBody } from "./check-union.ts";
import { camelCase } from "./names.ts";
import type { SchemaNode } from "./node.ts";
import { literalsOf, objectOf } from "./shape.ts";

/** The exported check of a named schema, after the constants and functions that it needs. */
export function checkSource(name: string, node: SchemaNode, module: CheckModule): string {
  const source = new FunctionWriter(module, name).write(module.checkName(name), node);
  return [...module.takeSource(), `export ${source}`].join("\n\n");
}

class FunctionWriter implements CheckFunction {
  readonly module: CheckModule;
  readonly path: string;
  readonly local: (wanted: string) => string;
  #usesClosed = false;

  constructor(module: CheckModule, path: string) {
    this.module = module;
    this.path = path;
    this.local = module.names.scope();
  }

  write(name: string, node: SchemaNode): string {
    const body = this.#body(node);
    // The compiler reports an unused parameter unless its name starts with an underscore.
    const closed = this.#usesClosed ? "closed" : "_closed";
    const [value, flag, result] = [": unknown", ": boolean", ": Problem | undefined"].map((type) =>
      this.module.type(type),
    );
    const head = `function ${name}(value${value}, ${closed}${flag})${result} {`;
    return [head, ...body, "}"].join("\n");
  }

  closed(): string {
    this.#usesClosed = true;
    return "closed";
  }

  #body(node: SchemaNode): string[] {
    const subject: Subject = { value: "value", path: this.path };
    switch (node.kind) {
      case "reference":
        return [`return ${this.call(node, subject)};`];
      case "array":
        return arrayBody(node, this);
      case "union":
        return unionBody(node, this);
      case "object":
      case "intersection": {
        const object = objectOf(node, this.module.definitions);
        if (object) return objectBody(object, this);
      }
    }
    return [...this.statements(node, subject), "return undefined;"];
  }

  statements(node: SchemaNode, subject: Subject): string[] {
    const { definitions } = this.module;
    switch (node.kind) {
      case "string":
      case "number":
      case "boolean":
      case "null":
      case "any":
      case "literals":
        return scalarFailures(node, subject, this.module).map(statement);
      case "union": {
        const values = isPlainList(node, definitions) ? literalsOf(node, definitions) : undefined;
        if (values) return this.statements({ ...node, kind: "literals", values }, subject);
        break;
      }
      case "intersection":
        if (!objectOf(node, definitions)) {
          return node.branches.flatMap((branch, index) =>
            this.statements(branch, { ...subject, path: `${subject.path}Part${index + 1}` }),
          );
        }
    }
    const { value, pointer } = subject;
    const problem = this.local(pointer === undefined ? "found" : `${camelCase(value)}Problem`);
    const result = pointer === undefined ? problem : `${this.module.use("within")}(${problem}, ${pointer})`;
    return [`const ${problem} = ${this.call(node, subject)};`, `if (${problem}) return ${result};`];
  }

  call(node: SchemaNode, { value, path }: Subject): string {
    const callee =
      node.kind === "reference"
        ? this.module.checkName(node.name)
        : this.module.functionFor(node, path, (name) =>
            new FunctionWriter(this.module, path).write(name, node),
          );
    return `${callee}(${value}, ${this.closed()})`;
  }
}
