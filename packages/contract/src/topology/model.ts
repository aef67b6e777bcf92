/** The broker's topology under the contract: exchanges, queues, arguments, bindings and permissions. */

import type {
  ExchangeDescriptor,
  ExchangeSettings,
  PublishedRoute,
  QueueDescriptor,
  ServiceTopology,
  SystemTopology,
} from "@rabbit-contract/messaging";
import {
  type ConsumedQueue,
  serviceTopology as topologyOf,
  systemTopology as topologyOfAll,
} from "@rabbit-contract/messaging/define/topology";
import type { Contract, Queue, ReceiveOperation, Route, SendOperation } from "../contract.ts";
import { queuesAt, queuesReached } from "./by-exchange.ts";
import { bindingKeys, reaches } from "./routes.ts";

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

/** What `service` declares, and the exchanges of other services that it waits for. */
export function serviceTopology(contract: Contract, service: string): ServiceTopology {
  const sends = contract.sends.filter((operation) => operation.service === service);
  const receives = contract.receives.filter((operation) => operation.service === service);
  const topology = topologyOf({
    name: service,
    exchanges: exchangeSettings(sends),
    sends: Object.fromEntries(sends.map(({ id, route }) => [id, publishedRoute(contract, route)])),
    queues: receives.map((operation) => consumedQueue(contract, operation)),
  });
  return {
    ...topology,
    exchanges: topology.exchanges.map((exchange) => statedExchange(contract, exchange)),
    queues: topology.queues.map((queue) => statedQueue(contract, queue)),
  };
}

/** A route as the runtime publishes on it. */
export function publishedRoute(contract: Contract, route: Route): PublishedRoute {
  const { exchange, routingKey, parameters } = route;
  return {
    exchange: exchange.name,
    routingKey,
    ...(parameters.length > 0 && {
      parameters: Object.fromEntries(
        parameters.map(({ name, values, path }) => [
          name,
          { ...(values && { values }), ...(path && { path }) },
        ]),
      ),
    }),
    queues: queuesOf(contract, route).sort(),
  };
}

/** Settings that differ from the runtime's defaults, of the exchanges that operations send to, by name. */
export function exchangeSettings(sends: readonly SendOperation[]): Record<string, ExchangeSettings> {
  const settings = sends.flatMap(({ route: { exchange } }): [string, ExchangeSettings][] => {
    const { name, type, alternate } = exchange;
    const hasArguments = Object.keys(exchange.arguments).length > 0;
    const own: ExchangeSettings = {
      ...(type !== "direct" && { type }),
      ...(hasArguments && { arguments: exchange.arguments }),
    };
    return [
      ...(Object.keys(own).length > 0 ? [[name, own] as [string, ExchangeSettings]] : []),
      ...(alternate ? [[alternate.name, { type: alternate.type }] as [string, ExchangeSettings]] : []),
    ];
  });
  return Object.fromEntries(settings);
}

// For a contract without findings, the runtime derives the same. A contract with findings is compared and drawn as it
// is.

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
    bindings: queue.bindings.map(({ exchange, routingKey, arguments: args }) => ({
      exchange,
      routingKey,
      ...(Object.keys(args).length > 0 && { arguments: args }),
    })),
    retryTiers: queue.retryTiers.map(({ queue, delay }) => ({ queue, delay })),
  };
}

/**
 * A service's broker permissions: configure and write what it owns; read its queues, its redelivery
 * exchange, the exchanges that its queues are bound to (binding needs that), and its own exchanges with an alternate
 * (declaring that needs it). A service that answers requests writes to the default exchange, where direct reply-to is.
 */
export function permissionsOf(contract: Contract, service: string): Permissions {
  const topology = serviceTopology(contract, service);
  const exchanges = topology.exchanges.map((exchange) => exchange.name);
  const queues = topology.queues.map((queue) => queue.name);
  const owned = [...exchanges, ...queues];
  const boundTo = topology.queues.flatMap((queue) => queue.bindings.map((binding) => binding.exchange));
  const withAlternate = topology.exchanges.filter((exchange) => exchange.arguments?.["alternate-exchange"]);
  const answers = contract.receives.some((operation) => operation.service === service && operation.reply);
  return {
    configure: anyOf(owned),
    write: anyOf([...owned, ...(answers ? ["amq.default"] : [])]),
    read: anyOf([...queues, ...boundTo, ...withAlternate.map(({ name }) => name)]),
  };
}

export interface TopicPermissions {
  readonly exchange: string;
  /** Routing keys that may be published. */
  readonly write: string;
  /** Patterns that queues may be bound with. */
  readonly read: string;
}

/** What a service may send to and bind on topic exchanges, which their permissions alone leave open. */
export function topicPermissionsOf(contract: Contract, service: string): TopicPermissions[] {
  const topics = contract.exchanges.filter(({ type }) => type === "topic").map(({ name }) => name);
  const routes = contract.sends.filter((send) => send.service === service).map(({ route }) => route);
  const bindings = serviceTopology(contract, service).queues.flatMap((queue) => queue.bindings);
  return topics.sort().flatMap((exchange) => {
    const sent = routes.filter((route) => route.exchange.name === exchange).flatMap(bindingKeys);
    const bound = bindings.filter((binding) => binding.exchange === exchange);
    if (sent.length + bound.length === 0) return [];
    const keys = sent.map((key) =>
      key
        .split(".")
        .map((word) => (word === "*" ? "[^.]+" : escaped(word)))
        .join("\\."),
    );
    return [
      {
        exchange,
        write: anyPattern(keys),
        read: anyOf(bound.map(({ routingKey }) => routingKey)),
      },
    ];
  });
}

/** Names of the queues that messages on a route may reach. */
export function queuesOf(contract: Contract, route: Route): string[] {
  return queuesReached(route, contract.queues).map((queue) => queue.name);
}

/** The channels that a queue's dead-letter route reaches. */
export function deadLetterChannels(contract: Contract, queue: Queue): Queue[] {
  const route = queue.deadLetter;
  if (!route) return [];
  return queuesAt(route.exchange, contract.queues).filter((candidate) => reaches(route, candidate));
}

export function redeliveryExchange(contract: Contract, service: string): string {
  return contract.services.find((candidate) => candidate.name === service)?.redeliveryExchange ?? "";
}

function anyOf(names: readonly string[]): string {
  return anyPattern(names.map(escaped));
}

function escaped(name: string): string {
  return name.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}

/** Sorted by what they match: `a.b` and `a\\.b` have the same place. */
function anyPattern(patterns: readonly string[]): string {
  const plain = (pattern: string) => pattern.replaceAll("\\", "");
  const unique = [...new Set(patterns)].sort((a, b) => (plain(a) < plain(b) ? -1 : 1));
  return unique.length === 0 ? "^$" : `^(${unique.join("|")})$`;
}
