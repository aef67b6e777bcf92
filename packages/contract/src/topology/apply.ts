/**
 * Applies the contract's topology to a broker over its management API: the virtual host, one user for each
 * service with exactly its permissions, exchanges, queues and bindings. Idempotent.
 */
import { counted } from "../listed.ts";
import {
  type Binding,
  Broker,
  type BrokerPlace,
  type Exchange,
  type Permission,
  type Queue,
  type TopicPermission,
} from "./broker.ts";

export interface TopologyOptions extends BrokerPlace {
  /** The generated definitions: exchanges, queues, bindings and permissions. */
  readonly definitions: Definitions;
  /** Password of each service's user, by service. */
  readonly passwords: Readonly<Record<string, string>>;
  /** Receives one line per step. */
  readonly progress?: (line: string) => void;
}

export interface Definitions {
  readonly permissions: readonly Permission[];
  /** What the services may send to and bind on topic exchanges. @default none: whatever the permissions allow */
  readonly topic_permissions?: readonly TopicPermission[];
  readonly exchanges: readonly Exchange[];
  readonly queues: readonly Queue[];
  readonly bindings: readonly Binding[];
}

/** @throws ManagementError with the broker's answer, e.g. that a queue exists with other arguments */
export async function applyTopology(options: TopologyOptions): Promise<void> {
  const { definitions, passwords, progress = () => {} } = options;
  const { permissions, exchanges, queues, bindings } = definitions;
  const missing = permissions.filter(({ user }) => !passwords[user]).map(({ user }) => user);
  if (missing.length > 0) {
    throw new Error(
      `no password for ${missing.join(", ")}: set ${missing.map((user) => passwordVariable(user)).join(", ")}`,
    );
  }
  const broker = new Broker(options);

  progress(`virtual host ${broker.virtualHost}`);
  await broker.create();
  for (const permission of permissions) {
    const { user } = permission;
    progress(`user ${broker.userPrefix}${user}`);
    await broker.putUser(user, passwords[user] ?? "");
    await broker.permit(permission);
  }
  for (const permission of definitions.topic_permissions ?? []) await broker.permitTopic(permission);
  progress(counted(exchanges.length, "exchange"));
  for (const exchange of exchanges) await broker.putExchange(exchange);
  progress(counted(queues.length, "queue"));
  for (const queue of queues) await broker.putQueue(queue);
  progress(counted(bindings.length, "binding"));
  for (const binding of bindings) await broker.bind(binding);
}

/** The environment variable that holds the password of a service's broker user. */
export function passwordVariable(service: string): string {
  return `${service.toUpperCase().replaceAll(/[^A-Z0-9]/g, "_")}_AMQP_PASSWORD`;
}
