/**
 * The checks that services run, loaded into this process, so that lint and comparison judge values like the services.
 */

import type { Problem } from "@rabbit-contract/messaging/validation";
import * as validation from "@rabbit-contract/messaging/validation";
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
  const compiled = compileSchemas({ schemas, typed: false });
  const source = compiled.schemas.map(({ source }) => source.replaceAll(/^export /gm, ""));
  const results = compiled.schemas.map(({ name, checkName }) => `[${JSON.stringify(name)}, ${checkName}]`);
  // The code is the compiler's own output; anything from the contract is in it only as quoted values.
  const load = new Function(
    ...Object.keys(validation),
    `"use strict";\n${source.join("\n\n")}\nreturn new Map([${results}]);`,
  );
  const checks: ReadonlyMap<string, (value: unknown, closed: boolean) => Problem | undefined> = load(
    ...Object.values(validation),
  );
  return (name, value, closed) => {
    const check = checks.get(name);
    if (!check) throw new Error(`the contract has no schema "${name}"`);
    return check(value, closed);
  };
}
