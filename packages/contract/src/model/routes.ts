/** Channels that are published to, and their exchanges. */
import type { Arguments, ExchangeType } from "@rabbit-contract/messaging";
import type { AddressParameter, Exchange, Route } from "../contract.ts";
import { segmentsOf } from "../source.ts";
import type { Messages } from "./messages.ts";
import type { Node } from "./node.ts";

/** The exchange types of the AMQP binding that RabbitMQ has; a rule refuses `default`. */
const exchangeTypes = ["direct", "topic", "fanout", "headers"] as const satisfies readonly ExchangeType[];

function exchangeType(name: string | undefined): ExchangeType | undefined {
  return exchangeTypes.find((known) => known === name);
}

export function isQueue(channel: Node): boolean {
  return bindingOf(channel).text("is") === "queue";
}

export function bindingOf(channel: Node): Node {
  return channel.at("bindings", "amqp");
}

export function routesOf(channels: readonly [string, Node][], messages: Messages): [Node, Route][] {
  const routed = channels.filter(([, channel]) => !isQueue(channel));
  const owners = routed.map(([, channel]) => channel);
  return routed.map(([name, channel]) => [
    channel,
    {
      channel: name,
      exchange: exchangeOf(channel, owners),
      routingKey: addressOf(name, channel),
      parameters: parametersOf(channel),
      messages: messages.ofChannel(channel),
      place: channel.place,
    },
  ]);
}

export function addressOf(name: string, channel: Node): string {
  return channel.text("address") ?? name;
}

function parametersOf(channel: Node): AddressParameter[] {
  return channel
    .at("parameters")
    .entries()
    .map(([name, parameter]) => {
      const values = parameter.at("enum");
      const path = /^\$message\.payload#(\/.+)$/.exec(parameter.text("location") ?? "")?.[1];
      return {
        name,
        values: values.exists ? values.items().map((item) => String(item.value)) : undefined,
        path: path === undefined ? undefined : segmentsOf(path),
        place: parameter.place,
      };
    });
}

/** A mapping of scalars. */
export function argumentsAt(node: Node): Arguments {
  return Object.fromEntries(
    Object.entries(node.object).flatMap(([key, value]) =>
      typeof value === "string" || typeof value === "number" || typeof value === "boolean"
        ? [[key, value] as const]
        : [],
    ),
  );
}

/** What one channel says about an exchange holds for all that name it. */
function exchangeOf(channel: Node, all: readonly Node[]): Exchange {
  const node = bindingOf(channel).at("exchange");
  const name = node.text("name") ?? "";
  const owners = [channel, ...all.filter((other) => bindingOf(other).at("exchange").text("name") === name)];
  const same = owners.map((owner) => bindingOf(owner).at("exchange"));
  const stated = owners.map((owner) => owner.at("x-rabbitmq", "exchange")).filter(({ exists }) => exists);
  const alternate = stated.map((one) => one.at("alternate")).find(({ exists }) => exists);
  const alternateName = alternate?.text("name");
  const flag = (key: string) => same.map((one) => one.flag(key)).find((value) => value !== undefined);
  const type = same.map((one) => one.text("type")).find((value) => value !== undefined);
  return {
    name,
    type: exchangeType(type) ?? "direct",
    durable: flag("durable") ?? true,
    autoDelete: flag("autoDelete") ?? false,
    arguments: {
      ...Object.assign({}, ...stated.map((one) => argumentsAt(one.at("arguments")))),
      ...(alternateName !== undefined && { "alternate-exchange": alternateName }),
    },
    alternate:
      alternateName === undefined
        ? undefined
        : { name: alternateName, type: exchangeType(alternate?.text("type")) ?? "fanout" },
    place: node.place,
  };
}
