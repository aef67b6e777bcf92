/** What the programs in the images are configured by. */
import * as console from "@orders/console/config";
import * as inventory from "@orders/inventory/config";
import * as notification from "@orders/notification/config";
import * as order from "@orders/order/config";
import { databaseTlsVariables } from "@rabbit-contract/service/config";
import type { Workload } from "./manifests.ts";

interface Variable {
  readonly name: string;
  readonly absent?: { readonly value: unknown };
}

const services = [inventory, order, notification];
const names = ["inventory", "order", "notification"];

/** The environment variables of a workload's program. */
export function variablesOf({ kind, name, labels }: Workload): readonly Variable[] {
  const service = services[names.indexOf(labels["app.kubernetes.io/name"] ?? "")];
  if (kind === "Job" && service) return Object.values({ ...service.migration, ...databaseTlsVariables });
  if (service) return Object.values(service.variables);
  if (name === "console") return Object.values(console.variables);
  throw new Error(`${name} runs a program that this test does not know`);
}

/** The value of a variable as a number, if nothing sets it. */
export function presetOf(variables: readonly Variable[], name: string): number {
  return Number(variables.find((variable) => variable.name === name)?.absent?.value);
}
