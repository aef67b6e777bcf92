/** The checks that services run, loaded into this process: lint and comparison judge values as the services do. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Problem } from "@rabbit-contract/messaging/validation";
import { compileSchemas, type Schemas } from "./index.ts";

/** The first problem of a value as the named schema. `closed` is what producers ask for. */
export type CheckSchema = (name: string, value: unknown, closed: boolean) => Problem | undefined;

const known = new Map<string, CheckSchema>();

/** @throws UnsupportedSchemaError for schemas that cannot be enforced */
export function compiledChecks(schemas: Schemas): CheckSchema {
  const key = JSON.stringify(schemas);
  const checks = known.get(key) ?? compileChecks(schemas);
  known.set(key, checks);
  return checks;
}

function compileChecks(schemas: Schemas): CheckSchema {
  // By its address, as nothing can be imported by name from a temporary folder.
  const validationModule = import.meta.resolve("@rabbit-contract/messaging/validation");
  const compiled = compileSchemas({ schemas, validationModule });
  const names = new Map(compiled.schemas.map(({ name, checkName }) => [name, checkName]));
  const source = [compiled.validationImport, ...compiled.schemas.map(({ check }) => check)].join("\n\n");
  const folder = mkdtempSync(join(tmpdir(), "rabbit-contract-"));
  try {
    const file = join(folder, "messages.ts");
    writeFileSync(file, source);
    const module: Record<string, unknown> = createRequire(import.meta.url)(file);
    return (name, value, closed) => {
      const check = module[names.get(name) ?? ""];
      if (typeof check !== "function") throw new Error(`the contract has no schema "${name}"`);
      return check(value, closed);
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
