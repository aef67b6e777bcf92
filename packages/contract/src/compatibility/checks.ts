/** The checks that services run, compiled for both contracts: what they say of a counterexample is true. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import type { Problem } from "@rabbit-contract/messaging/validation";
import type { Contract } from "../contract.ts";
import { compileSchemas, type Schemas } from "../schema/index.ts";

/** The first problem of a value as the named schema. `closed` is what producers ask for. */
export type CheckSchema = (name: string, value: unknown, closed: boolean) => Problem | undefined;

const known = new Map<string, Promise<CheckSchema>>();

/** @throws UnsupportedSchemaError when the contract has schemas that cannot be enforced */
export function compiledChecks({ schemas }: Contract): Promise<CheckSchema> {
  const key = JSON.stringify(schemas);
  const checks = known.get(key) ?? compileChecks(schemas);
  known.set(key, checks);
  return checks;
}

async function compileChecks(schemas: Schemas): Promise<CheckSchema> {
  // Inside the project, where the checks find what they import.
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
