import { execFile } from "node:child_process";
import process from "node:process";
import { tokenOf } from "@rabbit-contract/service/testing";
import { serviceNames, variableOf } from "../names.ts";
import { root } from "../paths.ts";
import type { TestSystem } from "./system.ts";

export interface Finished {
  readonly code: number | string;
  readonly output: string;
  readonly errors: string;
}

/** Runs an operator's command like make does, against the services of a test. */
export async function runOperator(
  system: TestSystem,
  command: "dead-letters" | "reconcile",
  ...args: string[]
): Promise<Finished> {
  const runtime = "Deno" in globalThis ? ["run", "-A", "--no-check"] : [];
  const urls = serviceNames.map((name) => [variableOf(name, "ADMIN_URL"), system.service(name).adminUrl]);
  const env = { ...process.env, ...Object.fromEntries(urls), TOKEN: await tokenOf("operator", "ada") };
  const line = [...runtime, `stack/commands/${command}.ts`, ...args];
  return new Promise((resolve) => {
    execFile(process.execPath, line, { cwd: root, env }, (error, output, errors) =>
      resolve({ code: error?.code ?? 0, output, errors }),
    );
  });
}
