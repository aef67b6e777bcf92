/** The broker's topology under the contract: exchanges, queues, arguments, bindings and permissions. */

import type {
  ExchangeDescriptor,
  QueueDescriptor,
  ServiceTopology,
  SystemTopology,
} from "@rabbit-contract/messaging";
import {
  type ConsumedQueue,
  serviceTopology as topologyOf,
  systemTopology as topologyOfAll,
} from "@rabbit-contract/messaging/define/topology";
import type { Contract, Queue, ReceiveOperation } from "../contract.ts";
import { reaches } from "./routes.ts";

/** Anchored, escaped regular expressions, as RabbitMQ's permissions need them. */
export interface Permissions {
  readonly configure: string;
  readonly write: string;
  readonly read: string;
}

export function systemTopology(contract: Contract): SystemTopology {
  const services = contract.services.map(({ name }) => ({ topology: serviceTopology(contract, name) }));
  return topologyOfAll(services);
}

/** What `service` declares, and which of the others' exchanges it waits for. */
export function serviceTopology(contract: Contract, service: string): ServiceTopology {
  const sends = contract.sends.filter((operation) => operation.service === service);
  const receives = contract.receives.filter((operation) => operation.service === service);
  const topology = topologyOf({
    name: service,
    sends: Object.fromEntries(
      sends.map(({ id, route: { exchange, routingKey } }) => [
        id,
        {
          exchange: exchange.name,
          routingKey,
          queues: queuesOf(contract, exchange.name, routingKey).sort(),
        },
      ]),
    ),
    queues: receives.map((operation) => consumedQueue(contract, operation)),
  });
  return {
    ...topology,
    exchanges: topology.exchanges.map((exchange) => statedExchange(contract, exchange)),
    queues: topology.queues.map((queue) => statedQueue(contract, queue)),
  };
}

// The runtime derives what a contract without findings says. One with findings is compared and drawn as it stands.

function statedExchange(contract: Contract, derived: ExchangeDescriptor): ExchangeDescriptor {
  const stated = contract.exchanges.find(({ name }) => name === derived.name);
  return stated
    ? { ...derived, type: stated.type, durable: stated.durable, autoDelete: stated.autoDelete }
    : derived;
}

function statedQueue(contract: Contract, derived: QueueDescriptor): QueueDescriptor {
  const stated = contract.queues.find(({ name }) => name === derived.name);
  if (!stated) return derived;
  const args: QueueDescriptor["arguments"] = {
    ...derived.arguments,
    "x-queue-type": stated.type,
    "x-delivery-limit": stated.deliveryLimit ?? 0,
    ...(stated.deadLetter && {
      "x-dead-letter-exchange": stated.deadLetter.exchange,
      "x-dead-letter-routing-key": stated.deadLetter.routingKey,
    }),
  };
  return {
    ...derived,
    durable: stated.durable,
    arguments: Object.fromEntries(
      Object.entries(args).filter(
        ([key]) => key !== "x-delivery-limit" || stated.deliveryLimit !== undefined,
      ),
    ),
  };
}

export function consumedQueue(contract: Contract, operation: ReceiveOperation): ConsumedQueue {
  const { queue, service, prefetch, batchSize } = operation;
  return {
    name: queue.name,
    redeliveryExchange: redeliveryExchange(contract, service),
    deadLetterQueue: deadLetterChannels(contract, queue)[0]?.name ?? "",
    deliveryLimit: queue.deliveryLimit ?? 0,
    prefetch,
    batchSize,
    ...(Object.keys(queue.arguments).length > 0 && { arguments: queue.arguments }),
    bindings: queue.bindings.map(({ exchange, routingKey }) => ({ exchange, routingKey })),
    retryTiers: queue.retryTiers.map(({ queue, delay }) => ({ queue, delay })),
  };
}

/**
 * A service's broker permissions: configure and write what it owns; read its queues, its redelivery
 * exchange and the exchanges that its queues are bound to (binding needs that).
 */
export function permissionsOf(topology: ServiceTopology): Permissions {
  const exchanges = topology.exchanges.map((exchange) => exchange.name);
  const queues = topology.queues.map((queue) => queue.name);
  const owned = anyOf([...exchanges, ...queues]);
  const boundTo = topology.queues.flatMap((queue) => queue.bindings.map((binding) => binding.exchange));
  return { configure: owned, write: owned, read: anyOf([...queues, ...boundTo]) };
}

/** Names of the consumed queues that a routing key of an exchange reaches. */
export function queuesOf(contract: Contract, exchange: string, routingKey: string): string[] {
  return contract.queues
    .filter((queue) => reaches({ exchange, routingKey }, queue))
    .map((queue) => queue.name);
}

/** The channels that a queue's dead-letter route reaches. */
export function deadLetterChannels(contract: Contract, queue: Queue): Queue[] {
  const route = queue.deadLetter;
  if (!route) return [];
  return contract.queues.filter((candidate) => reaches(route, candidate));
}

export function redeliveryExchange(contract: Contract, service: string): string {
  return contract.services.find((candidate) => candidate.name === service)?.redeliveryExchange ?? "";
}

function anyOf(names: readonly string[]): string {
  const unique = [...new Set(names)].sort();
  if (unique.length === 0) return "^$";
  return `^(${unique.map((name) => name.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")).join("|")})$`;
}
