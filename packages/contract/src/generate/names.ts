/** Names of a service's parts in generated code. */
import type { Queue, Service } from "../contract.ts";
import { camelCase, pascalCase } from "../schema/names.ts";

/** `till.baskets` of the service `till` is about `Baskets`. */
export function concernOf(service: Service, queue: Queue): string {
  const { name } = queue;
  return pascalCase(name.startsWith(`${service.name}.`) ? name.slice(service.name.length + 1) : name);
}

/** Generated files that do not belong to a service. */
const sharedModules = ["messages", "topology"];

/** `till`, the name of its file without `.ts`. */
export function serviceModule(service: Service): string {
  const name = service.name.replaceAll(/[^A-Za-z0-9._-]+/g, "-");
  return sharedModules.includes(name) ? `${name}-service` : name;
}

/** `tillService` */
export function serviceConstant(service: Service): string {
  return `${camelCase(service.name)}Service`;
}

/** `tillBasketsQueue` */
export function queueConstant(service: Service, queue: Queue): string {
  return `${camelCase(service.name)}${concernOf(service, queue)}Queue`;
}
