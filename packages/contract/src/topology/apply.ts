/**
 * Applies the contract's topology to a broker over its management API: the virtual host, one user for each
 * service with exactly its permissions, exchanges, queues and bindings. Idempotent.
 */
import { readFileSync } from "node:fs";
import { ManagementApi } from "@rabbit-contract/messaging/management-api";

export interface TopologyOptions {
  /** The generated definitions: exchanges, queues, bindings and permissions. */
  readonly definitions: Definitions;
  /** URL with an administrator's credentials, e.g. `http://user:password@localhost:15672`. */
  readonly managementUrl: string;
  /** Created if it does not exist. @default "/" */
  readonly virtualHost?: string;
  /** Password of each service's user, by service. */
  readonly passwords: Readonly<Record<string, string>>;
  /** Prefix of the users' names, so that several systems can share a broker. @default "" */
  readonly userPrefix?: string;
  /** Receives one line per step. */
  readonly progress?: (line: string) => void;
}

export interface Definitions {
  readonly permissions: readonly { user: string; configure: string; write: string; read: string }[];
  readonly exchanges: readonly { name: string; type: string; durable: boolean; auto_delete: boolean }[];
  readonly queues: readonly { name: string; durable: boolean; auto_delete: boolean; arguments: object }[];
  readonly bindings: readonly { source: string; destination: string; routing_key: string }[];
}

/** The generated definitions. */
export function readDefinitions(file: string): Definitions {
  return JSON.parse(readFileSync(file, "utf8"));
}

/** @throws ManagementError with the broker's answer, e.g. that a queue exists with other arguments */
export async function applyTopology(options: TopologyOptions): Promise<void> {
  const { definitions, passwords, userPrefix = "", virtualHost = "/", progress = () => {} } = options;
  const missing = definitions.permissions.filter(({ user }) => !passwords[user]).map(({ user }) => user);
  if (missing.length > 0) {
    throw new Error(
      `no password for ${missing.join(", ")}: set ${missing.map((user) => passwordVariable(user)).join(", ")}`,
    );
  }
  const api = new ManagementApi(options.managementUrl);
  const vhost = encodeURIComponent(virtualHost);

  progress(`virtual host ${virtualHost}`);
  await api.put(`vhosts/${vhost}`, {});
  for (const { user, configure, write, read } of definitions.permissions) {
    const name = encodeURIComponent(userPrefix + user);
    progress(`user ${userPrefix}${user}`);
    await api.put(`users/${name}`, { password: passwords[user], tags: "" });
    await api.put(`permissions/${vhost}/${name}`, { configure, write, read });
  }
  progress(`${definitions.exchanges.length} exchanges`);
  for (const { name, ...exchange } of definitions.exchanges) {
    await api.put(`exchanges/${vhost}/${encodeURIComponent(name)}`, exchange);
  }
  progress(`${definitions.queues.length} queues`);
  for (const { name, durable, auto_delete, arguments: queueArguments } of definitions.queues) {
    await api.put(`queues/${vhost}/${encodeURIComponent(name)}`, {
      durable,
      auto_delete,
      arguments: queueArguments,
    });
  }
  progress(`${definitions.bindings.length} bindings`);
  for (const { source, destination, routing_key } of definitions.bindings) {
    const path = `bindings/${vhost}/e/${encodeURIComponent(source)}/q/${encodeURIComponent(destination)}`;
    await api.post(path, { routing_key, arguments: {} });
  }
}

/** The environment variable that holds the password of a service's broker user. */
export function passwordVariable(service: string): string {
  return `${service.toUpperCase().replaceAll(/[^A-Z0-9]/g, "_")}_AMQP_PASSWORD`;
}
