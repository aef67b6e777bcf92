/** What the programs in the images are configured by. */
import { join } from "node:path";
import * as console from "@orders/console/config";
import { root, serviceNames } from "@orders/stack";
import { migrationVariables } from "@rabbit-contract/service/config";
import type { Workload } from "./manifests.ts";

interface Variable {
  readonly name: string;
  readonly absent?: { readonly value: unknown };
}

interface ServiceConfig {
  readonly variables: Readonly<Record<string, Variable>>;
}

/** By path, so that this is also about a service that `make new-service` has just written. */
const services = new Map<string, ServiceConfig>(
  await Promise.all(
    serviceNames.map(
      async (name) => [name, await import(join(root, `services/${name}/src/config.ts`))] as const,
    ),
  ),
);

/** The environment variables of a workload's program. */
export function variablesOf({ kind, name, labels }: Workload): readonly Variable[] {
  const program = labels["app.kubernetes.io/name"] ?? "";
  const service = services.get(program);
  if (kind === "Job" && service) return Object.values(migrationVariables(program));
  if (service) return Object.values(service.variables);
  if (name === "console") return Object.values(console.variables);
  throw new Error(`${name} runs a program that this test does not know`);
}

/** The default value of a variable, as a number. */
export function presetOf(variables: readonly Variable[], name: string): number {
  return Number(variables.find((variable) => variable.name === name)?.absent?.value);
}
