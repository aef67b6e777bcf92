/** The checks that services run, compiled for both contracts: they decide whether a counterexample is one. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import type { Problem } from "@rabbit-contract/messaging/validation";
import type { Contract } from "../contract.ts";
import { compileSchemas, type Schemas } from "../schema/index.ts";

/** The first problem of a value under the named schema. Producers use `closed`. */
export type CheckSchema = (name: string, value: unknown, closed: boolean) => Problem | undefined;

const known = new Map<string, Promise<CheckSchema>>();

/** @throws UnsupportedSchemaError if the contract has schemas that cannot be enforced */
export function compiledChecks({ schemas }: Contract): Promise<CheckSchema> {
  const key = JSON.stringify(schemas);
  const checks = known.get(key) ?? compileChecks(schemas);
  known.set(key, checks);
  return checks;
}

async function compileChecks(schemas: Schemas): Promise<CheckSchema> {
  // Inside the project, so that the checks' imports resolve.
  const parent = fileURLToPath(new URL("../../.local/", import.meta.url).href);
  mkdirSync(parent, { recursive: true });
  const folder = mkdtempSync(join(parent, "checks-"));
  try {
    const compiled = compileSchemas({ schemas });
    const names = new Map(compiled.schemas.map(({ name, checkName }) => [name, checkName]));
    const source = [compiled.imports, ...compiled.schemas.map((schema) => schema.source)].join("\n\n");
    const file = join(folder, "messages.ts");
    writeFileSync(file, source);
    const module: Record<string, unknown> = await import(pathToFileURL(file).href);
    return (name, value, closed) => {
      const check = module[names.get(name) ?? ""];
      if (typeof check !== "function") throw new Error(`the contract has no schema "${name}"`);
      return check(value, closed);
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
