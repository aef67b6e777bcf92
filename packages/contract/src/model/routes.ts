/** Channels that are published to, and their exchanges. */
import type { Exchange, Route } from "../contract.ts";
import type { Messages } from "./messages.ts";
import type { Node } from "./node.ts";

/** The exchange types of the AMQP binding that RabbitMQ has; a rule refuses `default`. */
const exchangeTypes = ["direct", "topic", "fanout", "headers"] as const;

export function isQueue(channel: Node): boolean {
  return bindingOf(channel).text("is") === "queue";
}

export function bindingOf(channel: Node): Node {
  return channel.at("bindings", "amqp");
}

export function routesOf(channels: readonly [string, Node][], messages: Messages): [Node, Route][] {
  const routed = channels.filter(([, channel]) => !isQueue(channel));
  const exchanges = routed.map(([, channel]) => bindingOf(channel).at("exchange"));
  return routed.map(([name, channel]) => [
    channel,
    {
      channel: name,
      exchange: exchangeAt(bindingOf(channel).at("exchange"), exchanges),
      routingKey: addressOf(name, channel),
      messages: messages.ofChannel(channel),
      place: channel.place,
    },
  ]);
}

export function addressOf(name: string, channel: Node): string {
  return channel.text("address") ?? name;
}

/** What one channel says about an exchange holds for all that name it. */
function exchangeAt(node: Node, all: readonly Node[]): Exchange {
  const name = node.text("name") ?? "";
  const same = [node, ...all.filter((other) => other.text("name") === name)];
  const flag = (key: string) => same.map((one) => one.flag(key)).find((value) => value !== undefined);
  const type = same.map((one) => one.text("type")).find((value) => value !== undefined);
  return {
    name,
    type: exchangeTypes.find((known) => known === type) ?? "direct",
    durable: flag("durable") ?? true,
    autoDelete: flag("autoDelete") ?? false,
    place: node.place,
  };
}
