import { services } from "@orders/generated/topology";

/** The services of the contract, in the order in which it names them. */
export const serviceNames = services;
export type ServiceName = (typeof serviceNames)[number];

/** Makes a value for each service. */
export function perService<Value>(make: (name: ServiceName) => Value): Record<ServiceName, Value> {
  return Object.fromEntries(serviceNames.map((name) => [name, make(name)])) as Record<ServiceName, Value>;
}

/** The port that a service listens on by default: 8001 and up, in the order of the contract. */
export const defaultPorts: Readonly<Record<ServiceName, number>> = perService(
  (name) => 8001 + serviceNames.indexOf(name),
);

/** The name of an environment variable of a service, or of another part: `ORDER_PORT`. */
export function variableOf(part: string, name: string): string {
  return `${part.toUpperCase()}_${name}`;
}
