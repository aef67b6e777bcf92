/** The checks that services run, compiled for both contracts: what they say of a counterexample is true. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
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
  const folder = mkdtempSync(join(tmpdir(), "rabbit-contract-"));
  try {
    // By its address, as nothing can be imported by name from there.
    const validationModule = import.meta.resolve("@rabbit-contract/messaging/validation");
    const compiled = compileSchemas({ schemas, validationModule });
    const names = new Map(compiled.schemas.map(({ name, checkName }) => [name, checkName]));
    const source = [compiled.validationImport, ...compiled.schemas.map(({ check }) => check)].join("\n\n");
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
