/** What the contract asks of the broker: every exchange, queue, argument and binding, and who may touch what. */
import type {
  ExchangeDescriptor,
  QueueDescriptor,
  ServiceTopology,
  SystemTopology,
} from "@rabbit-contract/messaging";
import type { Contract, Queue } from "../contract.ts";

/** Anchored, escaped regular expressions, as RabbitMQ's permissions want them. */
export interface Permissions {
  readonly configure: string;
  readonly write: string;
  readonly read: string;
}

export function systemTopology(contract: Contract): SystemTopology {
  const services = contract.services.map((service) => serviceTopology(contract, service.name));
  return {
    exchanges: byName(services.flatMap((service) => service.exchanges)),
    queues: byName(services.flatMap((service) => service.queues)),
  };
}

/** What `service` declares by itself, and what of the others' it waits for. */
export function serviceTopology(contract: Contract, service: string): ServiceTopology {
  const sends = contract.sends.filter((operation) => operation.service === service);
  const receives = contract.receives.filter((operation) => operation.service === service);
  const published = sends.map(({ route: { exchange } }) => ({
    name: exchange.name,
    type: exchange.type as ExchangeDescriptor["type"],
    durable: exchange.durable,
    autoDelete: exchange.autoDelete,
  }));
  const redelivery = redeliveryExchange(contract, service);
  const queues = receives.flatMap(({ queue }) => [
    mainQueue(queue, redelivery),
    ...retryQueues(queue, redelivery),
    ...deadLetterQueues(contract, queue),
  ]);
  const exchanges = byName([
    ...published,
    ...(receives.length > 0
      ? [{ name: redelivery, type: "direct", durable: true, autoDelete: false } as const]
      : []),
  ]);
  const own = new Set(exchanges.map((exchange) => exchange.name));
  const boundTo = queues.flatMap((queue) => queue.bindings.map((binding) => binding.exchange));
  return {
    service,
    exchanges,
    queues: byName(queues),
    foreignExchanges: [...new Set(boundTo)].filter((exchange) => !own.has(exchange)).sort(),
    routes: sends.map(({ route: { exchange, routingKey } }) => ({
      exchange: exchange.name,
      routingKey,
      queues: queuesOf(contract, exchange.name, routingKey).sort(),
    })),
  };
}

/**
 * What a service's broker user may do: configure and write what it owns; read its queues, its redelivery
 * exchange and the exchanges that its queues are bound to (binding needs that).
 */
export function permissionsOf(topology: ServiceTopology): Permissions {
  const exchanges = topology.exchanges.map((exchange) => exchange.name);
  const queues = topology.queues.map((queue) => queue.name);
  const owned = anyOf([...exchanges, ...queues]);
  const boundTo = topology.queues.flatMap((queue) => queue.bindings.map((binding) => binding.exchange));
  return { configure: owned, write: owned, read: anyOf([...queues, ...boundTo]) };
}

/** Names of the consumed queues that a routing key of an exchange leads to. */
export function queuesOf(contract: Contract, exchange: string, routingKey: string): string[] {
  return contract.queues
    .filter((queue) =>
      queue.bindings.some((binding) => binding.exchange === exchange && binding.routingKey === routingKey),
    )
    .map((queue) => queue.name);
}

/** The channels that a queue's dead-letter route leads to. */
export function deadLetterChannels(contract: Contract, queue: Queue): Queue[] {
  const route = queue.deadLetter;
  if (!route) return [];
  return contract.queues.filter((candidate) =>
    candidate.bindings.some(
      (binding) => binding.exchange === route.exchange && binding.routingKey === route.routingKey,
    ),
  );
}

export function redeliveryExchange(contract: Contract, service: string): string {
  return contract.services.find((candidate) => candidate.name === service)?.redeliveryExchange ?? "";
}

function mainQueue(queue: Queue, redelivery: string): QueueDescriptor {
  return {
    name: queue.name,
    durable: queue.durable,
    arguments: {
      ...limits(queue),
      ...(queue.deadLetter && {
        "x-dead-letter-exchange": queue.deadLetter.exchange,
        "x-dead-letter-routing-key": queue.deadLetter.routingKey,
        "x-dead-letter-strategy": "at-least-once",
        // At-least-once dead-lettering needs it; without a length limit it never refuses anything.
        "x-overflow": "reject-publish",
      }),
    },
    bindings: [
      ...queue.bindings.map(({ exchange, routingKey }) => ({ exchange, routingKey })),
      { exchange: redelivery, routingKey: queue.name },
    ],
  };
}

function retryQueues(queue: Queue, redelivery: string): QueueDescriptor[] {
  return queue.retryTiers.map((tier) => ({
    name: tier.queue,
    durable: true,
    arguments: {
      "x-queue-type": "quorum",
      "x-delivery-limit": queue.deliveryLimit ?? 1_000_000,
      "x-message-ttl": tier.delay,
      "x-dead-letter-exchange": redelivery,
      "x-dead-letter-routing-key": queue.name,
      "x-dead-letter-strategy": "at-least-once",
      "x-overflow": "reject-publish",
    },
    bindings: [{ exchange: redelivery, routingKey: tier.queue }],
  }));
}

function deadLetterQueues(contract: Contract, queue: Queue): QueueDescriptor[] {
  return deadLetterChannels(contract, queue).map((dead) => ({
    name: dead.name,
    durable: dead.durable,
    arguments: limits(dead),
    bindings: dead.bindings.map(({ exchange, routingKey }) => ({ exchange, routingKey })),
  }));
}

function limits(queue: Queue): Record<string, string | number> {
  return {
    "x-queue-type": queue.type,
    ...(queue.deliveryLimit !== undefined && { "x-delivery-limit": queue.deliveryLimit }),
  };
}

function anyOf(names: readonly string[]): string {
  const unique = [...new Set(names)].sort();
  if (unique.length === 0) return "^$";
  return `^(${unique.map((name) => name.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")).join("|")})$`;
}

function byName<Named extends { readonly name: string }>(items: readonly Named[]): Named[] {
  const unique = new Map(items.map((item) => [item.name, item]));
  return [...unique.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
}
