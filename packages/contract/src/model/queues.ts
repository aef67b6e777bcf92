/**
 * Queues: channels that are queues, those that an operation needs to receive from a routing key, and dead-letter
 * queues.
 */
import type { Binding, Message, Queue, Route } from "../contract.ts";
import { bindingKeys } from "../topology/routes.ts";
import * as defaults from "./defaults.ts";
import type { Node } from "./node.ts";
import { addressOf, argumentsAt, bindingOf, isQueue } from "./routes.ts";

/** What the document says about a queue. */
export interface StatedQueue {
  readonly channel: string;
  readonly name: string;
  /** The channel. */
  readonly node: Node;
  readonly messages: readonly Message[];
  /** Redelivery exchange of the service that consumes it; undefined if none does. */
  readonly redeliveryExchange: string | undefined;
  /** Its bindings unless it declares its own. */
  readonly bindings: readonly Binding[];
}

/** The queues that are channels, bound to wherever their messages are sent. */
export function statedQueues(
  channels: readonly [string, Node][],
  routes: readonly Route[],
  messagesOf: (channel: Node) => readonly Message[],
): StatedQueue[] {
  const senders = new Map<Message, Route[]>();
  for (const route of routes) {
    for (const message of route.messages) senders.set(message, [...(senders.get(message) ?? []), route]);
  }
  return channels
    .filter(([, node]) => isQueue(node))
    .map(([channel, node]) => {
      const messages = messagesOf(node);
      return {
        channel,
        name: bindingOf(node).at("queue").text("name") ?? addressOf(channel, node),
        node,
        messages,
        redeliveryExchange: undefined,
        bindings: messages.flatMap((message) =>
          (senders.get(message) ?? []).flatMap((route) => bindingsTo(route, node)),
        ),
      };
    });
}

/** The queue of a service that receives from a channel that is a routing key. */
export function queueFor(service: string, route: Route, node: Node): StatedQueue {
  return {
    channel: route.channel,
    name:
      bindingOf(node).at("queue").text("name") ?? `${service}.${route.routingKey.replaceAll(/[{}]/g, "")}`,
    node,
    messages: route.messages,
    redeliveryExchange: undefined,
    bindings: bindingsTo(route, node),
  };
}

function bindingsTo(route: Route, node: Node): Binding[] {
  return bindingKeys(route).map((routingKey) => ({
    exchange: route.exchange.name,
    routingKey,
    arguments: {},
    place: node.place,
  }));
}

/** All queues in their order, with a dead-letter queue for each that is consumed. */
export function completed(stated: readonly StatedQueue[], routes: readonly Route[]): Queue[] {
  const deadLetters = new Map(
    stated.flatMap((queue) => {
      const route = deadLetterOf(queue);
      return route ? [[route.routingKey, route] as const] : [];
    }),
  );
  const queues = stated.map((queue) => {
    const route = queue.redeliveryExchange === undefined ? deadLetters.get(queue.name) : undefined;
    return queueOf(route ? { ...queue, bindings: [{ ...route, arguments: {} }] } : queue, routes);
  });
  const implied = queues.filter(
    ({ name, deadLetter }) =>
      deadLetter?.routingKey === defaults.deadLetterQueue(name) &&
      !queues.some((other) => other.name === deadLetter.routingKey),
  );
  return [...queues, ...implied.flatMap(deadLetterQueueOf)];
}

function queueOf(stated: StatedQueue, routes: readonly Route[]): Queue {
  const { channel, name, node, messages, bindings } = stated;
  const amqp = bindingOf(node).at("queue");
  const settings = node.at("x-rabbitmq", "queue");
  const type = settings.text("type") === "classic" ? "classic" : "quorum";
  return {
    channel,
    name,
    description: node.text("description") ?? node.about(),
    durable: amqp.flag("durable") ?? true,
    exclusive: amqp.flag("exclusive") ?? false,
    autoDelete: amqp.flag("autoDelete") ?? false,
    type,
    deliveryLimit:
      settings.number("deliveryLimit") ?? (type === "quorum" ? defaults.deliveryLimit : undefined),
    arguments: argumentsAt(node.at("x-rabbitmq", "arguments")),
    bindings: declaredBindings(node, routes) ?? bindings,
    deadLetter: deadLetterOf(stated),
    retryTiers: retryTiersOf(stated),
    messages,
    place: node.place,
  };
}

function declaredBindings(node: Node, routes: readonly Route[]): Binding[] | undefined {
  const declared = node.at("x-rabbitmq", "bindings");
  if (!declared.exists) return undefined;
  return declared.items().flatMap((binding) => {
    const exchange = binding.text("exchange");
    if (exchange === undefined) return [];
    const args = argumentsAt(binding.at("arguments"));
    const keys = binding.at("routingKeys");
    // A fanout or headers exchange needs no key.
    if (!keys.exists) return [{ exchange, routingKey: "", arguments: args, place: binding.place }];
    return keys.items().flatMap((key) =>
      patternsOf(exchange, String(key.value), routes).map((routingKey) => ({
        exchange,
        routingKey,
        arguments: args,
        place: key.place,
      })),
    );
  });
}

/** The patterns that match everything published to an address with parameters. */
function patternsOf(exchange: string, key: string, routes: readonly Route[]): string[] {
  const route = routes.find((one) => one.exchange.name === exchange && one.routingKey === key);
  return route ? bindingKeys(route) : [key];
}

function deadLetterOf({ name, node, redeliveryExchange }: StatedQueue): Queue["deadLetter"] {
  const declared = node.at("x-rabbitmq", "deadLetter");
  if (!declared.exists && redeliveryExchange === undefined) return undefined;
  return {
    exchange: declared.text("exchange") ?? redeliveryExchange ?? "",
    routingKey: declared.text("routingKey") ?? defaults.deadLetterQueue(name),
    place: declared.exists ? declared.place : node.place,
  };
}

function retryTiersOf({ name, node, redeliveryExchange }: StatedQueue): Queue["retryTiers"] {
  const declared = node.at("x-rabbitmq", "retry");
  if (!declared.exists) {
    const tiers = redeliveryExchange === undefined ? [] : defaults.retryTiers(name);
    return tiers.map((tier) => ({ ...tier, place: node.place }));
  }
  return declared.items().flatMap((tier) => {
    const delay = tier.number("delay");
    if (delay === undefined) return [];
    return [{ queue: tier.text("queue") ?? defaults.retryQueue(name, delay), delay, place: tier.place }];
  });
}

function deadLetterQueueOf(queue: Queue): Queue[] {
  const { deadLetter } = queue;
  if (!deadLetter) return [];
  return [
    {
      ...queue,
      channel: `${queue.channel}Dead`,
      name: deadLetter.routingKey,
      description: `Messages of \`${queue.name}\` that could not be handled, with the reason in their headers. Kept until an operator replays or deletes them.`,
      durable: true,
      exclusive: false,
      autoDelete: false,
      arguments: {},
      bindings: [{ ...deadLetter, arguments: {} }],
      deadLetter: undefined,
      retryTiers: [],
    },
  ];
}
