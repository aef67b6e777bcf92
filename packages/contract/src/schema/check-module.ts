/** What the checks of a generated module share, and what the code of one function needs. */
import { camelCase, ModuleNames, type ValidationName } from "./names.ts";
import type { Definitions, SchemaNode } from "./node.ts";

export class CheckModule {
  readonly definitions: Definitions;
  readonly names: ModuleNames;
  /** Whether the code is TypeScript; otherwise it is JavaScript that runs as it is. */
  readonly typed: boolean;
  readonly #used = new Set<string>();
  readonly #functions = new Map<SchemaNode, string>();
  #constants: string[] = [];
  #helpers: string[] = [];

  readonly #checks: ReadonlyMap<string, string>;

  /** @param others other names in the module */
  constructor(definitions: Definitions, typed: boolean, others: Iterable<string> = []) {
    this.definitions = definitions;
    this.typed = typed;
    this.names = new ModuleNames(definitions.keys(), others);
    this.#checks = new Map([...definitions.keys()].map((name) => [name, this.names.take(`check${name}`)]));
  }

  /** Name of the check of a named schema. */
  checkName(schema: string): string {
    return this.#checks.get(schema) ?? `check${schema}`;
  }

  /** Names imported from the validation module so far, sorted. */
  get used(): readonly string[] {
    return [...this.#used].sort();
  }

  /** Records that the module imports `name`. */
  use(name: ValidationName): string {
    this.#used.add(name);
    return name;
  }

  /** `text` in TypeScript, nothing in JavaScript. */
  type(text: string): string {
    return this.typed ? text : "";
  }

  /** Hoists a value that is created once. */
  constant(path: string, value: string): string {
    const name = this.names.take(camelCase(path));
    this.#constants.push(`const ${name} = ${value};`);
    return name;
  }

  /** Name of the function that checks `node`, which `write` writes the first time. */
  functionFor(node: SchemaNode, path: string, write: (name: string) => string): string {
    const known = this.#functions.get(node);
    if (known !== undefined) return known;
    const name = this.names.take(`check${path}`);
    this.#functions.set(node, name);
    this.#helpers.push(write(name));
    return name;
  }

  /** Paragraphs of constants and functions that were added since the last call. */
  takeSource(): string[] {
    const source = [...(this.#constants.length > 0 ? [this.#constants.join("\n")] : []), ...this.#helpers];
    this.#constants = [];
    this.#helpers = [];
    return source;
  }
}

/** How the emitted code refers to the value and to its place. */
export interface Subject {
  /** An expression without side effects. */
  readonly value: string;
  /** An expression for the JSON pointer: `"/code"`, a template; undefined for the checked value itself. */
  readonly pointer?: string;
  /** Used in the names of hoisted values, in PascalCase: `BasketItemCode`. */
  readonly path: string;
}

/** The function that is being written; its parameters are `value` and `closed`. */
export interface CheckFunction {
  readonly module: CheckModule;
  /** The place of its value, in PascalCase: `BasketFilledItems`. */
  readonly path: string;
  /** A name that is free for a variable. */
  local(wanted: string): string;
  /** Statements that return a problem if `subject` has one. */
  statements(node: SchemaNode, subject: Subject): string[];
  /** A call that gives the problem of `subject`. */
  call(node: SchemaNode, subject: Subject): string;
  /** The parameter `closed`, for code that reads it. */
  closed(): string;
}
