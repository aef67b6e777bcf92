import { services } from "@orders/generated/topology";

/** The services of the contract, in the order in which it names them. */
export const serviceNames = services;
export type ServiceName = (typeof serviceNames)[number];

export function perService<Value>(make: (name: ServiceName) => Value): Record<ServiceName, Value> {
  return Object.fromEntries(serviceNames.map((name) => [name, make(name)])) as Record<ServiceName, Value>;
}

/** The port that a service listens on by default: 8001 and up, in the order of the contract. */
export const defaultPorts: Readonly<Record<ServiceName, number>> = perService(
  (name) => 8001 + serviceNames.indexOf(name),
);

/** The name of a service's admin port among the ports of the system; its variable is `ORDER_ADMIN_PORT`. */
export type AdminPort = `${ServiceName}_admin`;

export function adminPortOf(service: ServiceName): AdminPort {
  return `${service}_admin`;
}

/** The default admin port of a service: 9001 and up. */
export const defaultAdminPorts = Object.fromEntries(
  serviceNames.map((name) => [adminPortOf(name), defaultPorts[name] + 1000]),
) as Readonly<Record<AdminPort, number>>;

/** The name of an environment variable of a service, or of another part: `ORDER_PORT`. */
export function variableOf(part: string, name: string): string {
  return `${part.toUpperCase()}_${name}`;
}
