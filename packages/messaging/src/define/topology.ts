/** What a service needs on the broker, derived from the contract. */
import type {
  ConsumedQueueDescriptor,
  ExchangeDescriptor,
  ExchangeSettings,
  PublishedRoute,
  QueueBinding,
  QueueDescriptor,
  ServiceTopology,
  SystemTopology,
} from "../topology/topology.ts";

/** The part of a service's definition that its topology is derived from. */
export interface TopologySource {
  /** AMQP `app_id` of what it sends. */
  readonly name: string;
  /**
   * Its exchanges that are not plain direct ones, by name, including one that nothing is sent to, such as an alternate
   * exchange. @default none
   */
  readonly exchanges?: Readonly<Record<string, ExchangeSettings>>;
  readonly sends: Readonly<Record<string, PublishedRoute>>;
  readonly requests?: Readonly<Record<string, PublishedRoute>>;
  readonly queues: readonly ConsumedQueue[];
}

export interface ConsumedQueue extends ConsumedQueueDescriptor {
  /** `x-delivery-limit` of the queue, its retry tiers and its dead-letter queue. */
  readonly deliveryLimit: number;
  /** Where its messages come from; the redelivery exchange is bound without being named here. */
  readonly bindings: readonly QueueBinding[];
}

/** At-least-once dead-lettering needs `reject-publish`; without a length limit it never refuses anything. */
const atLeastOnce = { "x-dead-letter-strategy": "at-least-once", "x-overflow": "reject-publish" };

export function serviceTopology(service: TopologySource): ServiceTopology {
  const sent = [...Object.values(service.sends), ...Object.values(service.requests ?? {})];
  const routes = sent.map(({ exchange, routingKey, parameters, queues }) => ({
    exchange,
    routingKey,
    ...(parameters && { parameters }),
    queues,
  }));
  const settings = new Map(Object.entries(service.exchanges ?? {}));
  const exchanges = byName(
    [
      ...settings.keys(),
      ...routes.map(({ exchange }) => exchange),
      ...service.queues.map(({ redeliveryExchange }) => redeliveryExchange),
    ].map((name) => durableExchange(name, settings.get(name))),
  );
  const queues = byName(
    service.queues.flatMap((queue) => [mainQueue(queue), ...retryQueues(queue), deadLetterQueue(queue)]),
  );
  const own = new Set(exchanges.map(({ name }) => name));
  const boundTo = new Set(queues.flatMap(({ bindings }) => bindings.map(({ exchange }) => exchange)));
  return {
    service: service.name,
    exchanges,
    queues,
    foreignExchanges: [...boundTo].filter((exchange) => !own.has(exchange)).sort(),
    routes,
  };
}

/** What all services of a contract put on the broker together. */
export function systemTopology(services: readonly { readonly topology: ServiceTopology }[]): SystemTopology {
  return {
    exchanges: byName(services.flatMap(({ topology }) => topology.exchanges)),
    queues: byName(services.flatMap(({ topology }) => topology.queues)),
  };
}

function durableExchange(name: string, settings: ExchangeSettings = {}): ExchangeDescriptor {
  const { type = "direct", arguments: args } = settings;
  return { name, type, durable: true, autoDelete: false, ...(args && { arguments: args }) };
}

function mainQueue(queue: ConsumedQueue): QueueDescriptor {
  return {
    name: queue.name,
    durable: true,
    arguments: {
      ...quorum(queue),
      "x-dead-letter-exchange": queue.redeliveryExchange,
      "x-dead-letter-routing-key": queue.deadLetterQueue,
      ...atLeastOnce,
      ...queue.arguments,
    },
    bindings: [...queue.bindings, redelivered(queue, queue.name)],
  };
}

function retryQueues(queue: ConsumedQueue): QueueDescriptor[] {
  return queue.retryTiers.map((tier) => ({
    name: tier.queue,
    durable: true,
    arguments: {
      ...quorum(queue),
      "x-message-ttl": tier.delay,
      "x-dead-letter-exchange": queue.redeliveryExchange,
      "x-dead-letter-routing-key": queue.name,
      ...atLeastOnce,
    },
    bindings: [redelivered(queue, tier.queue)],
  }));
}

/** It neither expires nor forwards: an operator replays or deletes what it holds. */
function deadLetterQueue(queue: ConsumedQueue): QueueDescriptor {
  const name = queue.deadLetterQueue;
  return { name, durable: true, arguments: quorum(queue), bindings: [redelivered(queue, name)] };
}

function quorum({ deliveryLimit }: ConsumedQueue): QueueDescriptor["arguments"] {
  return { "x-queue-type": "quorum", "x-delivery-limit": deliveryLimit };
}

function redelivered({ redeliveryExchange }: ConsumedQueue, routingKey: string): QueueBinding {
  return { exchange: redeliveryExchange, routingKey };
}

function byName<Named extends { readonly name: string }>(items: readonly Named[]): Named[] {
  const unique = new Map(items.map((item) => [item.name, item]));
  return [...unique.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
}
