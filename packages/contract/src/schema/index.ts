/**
 * Compiles the JSON Schemas of a contract (draft 7, `components/schemas`) to TypeScript: for each named
 * schema a static type, a TypeBox schema of the same name, and a check that was compiled ahead of time.
 *
 * ```ts
 * const findings = findUnsupported(schemas);            // [] or what cannot be enforced, with its place
 * const compiled = compileSchemas({ schemas });         // throws when there are findings
 * [compiled.imports, ...compiled.schemas.map(({ source }) => source)].join("\n\n");
 * ```
 *
 * A check, `checkName(value, closed)`, returns the first problem or undefined. `closed` refuses keys that the
 * schema does not name, at every level: those of all branches count for allOf, those of the branch that fits for
 * oneOf and anyOf. `properties` names keys, and an `additionalProperties` that is true or a schema names all of them.
 * A value of undefined counts as absent, since JSON drops it; only own properties count.
 *
 * What is supported: `type` (also a list), `enum` and `const` of scalars, all keywords of draft 7 for numbers,
 * strings and objects but `patternProperties` and `propertyNames`, arrays with one schema for their items,
 * `$ref` to a named schema, also to one around it, `anyOf`; `oneOf` whose branches differ in type or in a required
 * property with a const; `allOf` of objects that do not declare the same object twice, or of scalars. Anything
 * else is refused with a finding. Annotations and `x-…` are free.
 *
 * The schema goes through `parse.ts` (nodes, keyword by keyword), `structure.ts` (what takes all schemas to judge),
 * and then `type.ts`, `typebox.ts` and `check.ts`, each of which writes one thing.
 */
import { type JsonObject, pointerOf } from "../source.ts";
import { checkSource } from "./check.ts";
import { CheckModule } from "./check-module.ts";
import { nameFindings } from "./names.ts";
import { childrenOf, type Definitions, type SchemaFinding, type SchemaNode, schemasPointer } from "./node.ts";
import { parseSchema } from "./parse.ts";
import { structureFindings } from "./structure.ts";
import { typeSource } from "./type.ts";
import { typeBoxSource } from "./typebox.ts";

export type { SchemaFinding } from "./node.ts";

export type Schemas = Readonly<Record<string, JsonObject>>;

export interface CompiledSchema {
  /** The name of the schema, of its type and of its TypeBox constant. */
  readonly name: string;
  readonly checkName: string;
  /** Its type, its TypeBox constant and the exported check, after the constants and functions that it needs. */
  readonly source: string;
}

export interface CompiledSchemas {
  /** Import declarations that the sources need. */
  readonly imports: string;
  /** A schema comes after those that it refers to; otherwise in the order of the contract. */
  readonly schemas: readonly CompiledSchema[];
}

export interface CompileOptions {
  readonly schemas: Schemas;
  /** False for checks in JavaScript, which run without a compiler. @default true */
  readonly typed?: boolean;
  /** Other names in the module that the code becomes part of. @default none */
  readonly reserved?: Iterable<string>;
  /** Name of the document, for the `@generated from` of each schema. @default none is written */
  readonly document?: string;
}

/** Thrown for schemas that cannot be enforced completely. */
export class UnsupportedSchemaError extends Error {
  override readonly name = "UnsupportedSchemaError";
  readonly findings: readonly SchemaFinding[];

  constructor(findings: readonly SchemaFinding[]) {
    const lines = findings.map(({ pointer, message, fix }) => `${pointer}: ${message}; ${fix}`);
    super(`cannot compile the schemas of the contract:\n${lines.join("\n")}`);
    this.findings = findings;
  }
}

/** Everything in `schemas` that a check would not enforce, in the order of the document. */
export function findUnsupported(schemas: Schemas): SchemaFinding[] {
  return read(schemas).findings;
}

/** @throws UnsupportedSchemaError when `findUnsupported` finds anything */
export function compileSchemas(options: CompileOptions): CompiledSchemas {
  const { schemas, document, typed = true } = options;
  const { definitions, findings } = read(schemas);
  if (findings.length > 0) throw new UnsupportedSchemaError(findings);

  const module = new CheckModule(definitions, typed, options.reserved);
  const written = new Set<string>();
  const compiled = inOrder(definitions).map(([name, node]) => {
    const origin = document && `${document}#${schemasPointer}${pointerOf(name)}`;
    // Running the checks needs no types.
    const types = typed ? [typeSource(name, node, origin), typeBoxSource(name, node, written)] : [];
    written.add(name);
    const source = [...types, checkSource(name, node, module)].join("\n\n");
    return { name, checkName: module.checkName(name), source };
  });
  const names = ["type Problem", ...module.used].sort((left, right) =>
    left.replace("type ", "").localeCompare(right.replace("type ", ""), "en"),
  );
  const validationImport = `import { ${names.join(", ")} } from "@rabbit-contract/messaging/validation";`;
  const imports = `${validationImport}\nimport { Type } from "@sinclair/typebox";`;
  return { imports, schemas: compiled };
}

interface Reading {
  readonly definitions: Definitions;
  readonly findings: SchemaFinding[];
}

/** Several rules and the generator read the schemas of a contract, which do not change. */
const readings = new WeakMap<Schemas, Reading>();

function read(schemas: Schemas): Reading {
  const reading = readings.get(schemas) ?? parsed(schemas);
  readings.set(schemas, reading);
  return reading;
}

function parsed(schemas: Schemas): Reading {
  const names = new Set(Object.keys(schemas));
  const findings = nameFindings(names, schemasPointer);
  const definitions = new Map<string, SchemaNode>();
  for (const [name, schema] of Object.entries(schemas)) {
    const parsed = parseSchema(schema, schemasPointer + pointerOf(name), names);
    definitions.set(name, parsed.node);
    findings.push(...parsed.findings);
  }
  // The structure of a schema that was not understood is unknown.
  return { definitions, findings: findings.length > 0 ? findings : structureFindings(definitions) };
}

/** A depth-first walk, so that constants come before those that use them. */
function inOrder(definitions: Definitions): [string, SchemaNode][] {
  const ordered = new Map<string, SchemaNode>();
  const underway = new Set<string>();
  function visit(node: SchemaNode): void {
    if (node.kind === "reference") add(node.name);
    for (const child of childrenOf(node)) visit(child);
  }
  function add(name: string): void {
    const node = definitions.get(name);
    if (!node || underway.has(name)) return;
    underway.add(name);
    visit(node);
    ordered.set(name, node);
  }
  for (const name of definitions.keys()) add(name);
  return [...ordered];
}
