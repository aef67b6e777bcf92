/** Names in generated code: those of the contract, and those that the generator adds. */
import * as validation from "@rabbit-contract/messaging/validation";
import { pointerOf } from "../json.ts";
import type { SchemaFinding } from "./node.ts";

/** What the generated module may import from the validation module. */
export type ValidationName = keyof typeof validation;

/** Types and values that a generated module uses under their own names. */
const globalNames = [
  "Array",
  "Number",
  "Object",
  "Problem",
  "ReadonlySet",
  "Record",
  "Set",
  "Static",
  "Type",
];

const reservedWords =
  "arguments as async await break case catch class closed const continue debugger default delete do else enum eval export extends false finally for from function get if implements import in index instanceof interface item key let new null of package private problem protected public return set static super switch this throw true try typeof undefined value var void while with yield";

/** Refuses schema names that cannot be used in generated code. */
export function nameFindings(names: Iterable<string>, pointer: string): SchemaFinding[] {
  const findings: SchemaFinding[] = [];
  for (const name of names) {
    const message = !/^[A-Z][A-Za-z0-9]*$/.test(name)
      ? `the schema's name "${name}" is not a TypeScript name in PascalCase`
      : globalNames.includes(name)
        ? `the schema's name "${name}" is reserved for generated code`
        : undefined;
    if (message === undefined) continue;
    findings.push({
      pointer: pointer + pointerOf(name),
      keyword: "name",
      message,
      fix: "rename the schema",
    });
  }
  return findings;
}

/** `causation-id` → `causationId`; `field` comes before what does not begin with a letter. */
export function camelCase(name: string): string {
  const pascal = pascalCase(name);
  const camel = pascal.charAt(0).toLowerCase() + pascal.slice(1);
  return /^[a-z]/.test(camel) ? camel : `field${camel}`;
}

/** `causation-id` → `CausationId`. */
export function pascalCase(name: string): string {
  return name
    .split(/[^A-Za-z0-9]+/)
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join("");
}

/** Allocates unique names in a module. */
export class ModuleNames {
  readonly #taken: Set<string>;
  /** Names used inside functions: a later name of the module must not be shadowed. */
  readonly #locals = new Set<string>();

  /** @param others other names in the module */
  constructor(schemaNames: Iterable<string>, others: Iterable<string> = []) {
    this.#taken = new Set([
      ...schemaNames,
      ...others,
      ...Object.keys(validation),
      ...globalNames,
      ...reservedWords.split(" "),
    ]);
  }

  take(wanted: string): string {
    const name = freeName(wanted, (candidate) => this.#taken.has(candidate) || this.#locals.has(candidate));
    this.#taken.add(name);
    return name;
  }

  /** Allocates names in one function. */
  scope(): (wanted: string) => string {
    const own = new Set<string>();
    return (wanted) => {
      const name = freeName(wanted, (candidate) => this.#taken.has(candidate) || own.has(candidate));
      own.add(name);
      this.#locals.add(name);
      return name;
    };
  }
}

/** `wanted`, or the first of `wanted2`, `wanted3` … that is not taken. */
export function freeName(wanted: string, isTaken: (name: string) => boolean): string {
  let name = wanted;
  for (let count = 2; isTaken(name); count++) name = wanted + count;
  return name;
}
