/** Names of a service's parts in generated code. */
import type { Queue, Service } from "../contract.ts";
import { pascalCase } from "../schema/names.ts";

/** `order.stock` of the service `order` is about `Stock`. */
export function concernOf(service: Service, queue: Queue): string {
  const { name } = queue;
  return pascalCase(name.startsWith(`${service.name}.`) ? name.slice(service.name.length + 1) : name);
}

/** `orderService` */
export function serviceConstant(service: Service): string {
  return `${camelCase(service.name)}Service`;
}

/** `orderStockQueue` */
export function queueConstant(service: Service, queue: Queue): string {
  return `${camelCase(service.name)}${concernOf(service, queue)}Queue`;
}

export function camelCase(name: string): string {
  const pascal = pascalCase(name);
  return pascal.charAt(0).toLowerCase() + pascal.slice(1);
}
