/** What the programs in the images say of themselves. */
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { root } from "@orders/stack";
import type { Workload } from "./manifests.ts";

export interface Variable {
  readonly name: string;
  readonly isRequired: boolean;
  readonly preset: string | undefined;
}

/** The environment variables of a workload's program, as its `--help` lists them. */
export function variablesOf({ kind, labels }: Workload): readonly Variable[] {
  const name = labels["app.kubernetes.io/name"] ?? "";
  const folder = name === "console" ? "console" : `services/${name}`;
  return variablesOfProgram(`${folder}/src/${kind === "Job" ? "migrate" : "main"}.ts`);
}

const known = new Map<string, readonly Variable[]>();

function variablesOfProgram(file: string): readonly Variable[] {
  const variables = known.get(file) ?? helpOf(file);
  known.set(file, variables);
  return variables;
}

function helpOf(file: string): Variable[] {
  const text = execFileSync(process.execPath, [join(root, file), "--help"], { encoding: "utf8" });
  return text.split("\n").flatMap((line) => {
    const [, name, state = ""] = /^([A-Z][A-Z0-9_]+) {2,}(required|default \S+)/.exec(line) ?? [];
    if (name === undefined) return [];
    const preset = state === "required" ? undefined : state.replace("default ", "");
    return [{ name, isRequired: state === "required", preset }];
  });
}

/** The value of a variable as a number, if nothing sets it. */
export function presetOf(variables: readonly Variable[], name: string): number {
  return Number(variables.find((variable) => variable.name === name)?.preset);
}
