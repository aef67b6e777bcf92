/** Channels that are published to, and their exchanges. */
import type { Arguments } from "@rabbit-contract/messaging";
import type { AddressParameter, Exchange, Route } from "../contract.ts";
import { segmentsOf } from "../source.ts";
import { checkExchangeType, exchangeType } from "./exchange-types.ts";
import type { ModelFindings } from "./findings.ts";
import type { Messages } from "./messages.ts";
import type { Node } from "./node.ts";

export function isQueue(channel: Node): boolean {
  return bindingOf(channel).text("is") === "queue";
}

export function bindingOf(channel: Node): Node {
  return channel.at("bindings", "amqp");
}

export function routesOf(
  channels: readonly [string, Node][],
  messages: Messages,
  findings: ModelFindings,
): [Node, Route][] {
  const routed = channels.filter(([, channel]) => !isQueue(channel));
  const types = routed.map(([, channel]) => bindingOf(channel).at("exchange", "type"));
  for (const type of new Map(types.map((node) => [node.pointer, node])).values()) {
    checkExchangeType(type, findings);
  }
  const owners = Map.groupBy(
    routed.map(([, channel]) => channel),
    (channel) => bindingOf(channel).at("exchange").text("name") ?? "",
  );
  const stated = new Map(
    [...owners].map(([name, channels]) => [name, { channels, settings: statedBy(channels) }]),
  );
  return routed.map(([name, channel]) => [
    channel,
    {
      channel: name,
      exchange: exchangeOf(channel, stated),
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

/** The channels of one exchange, and its settings from them in addition to the binding. */
interface ExchangeGroup {
  readonly channels: readonly Node[];
  readonly settings: readonly Node[];
}

function statedBy(channels: readonly Node[]): Node[] {
  return channels.map((channel) => channel.at("x-rabbitmq", "exchange")).filter(({ exists }) => exists);
}

/** A setting of an exchange in one channel applies to all channels of that exchange. */
function exchangeOf(channel: Node, all: ReadonlyMap<string, ExchangeGroup>): Exchange {
  const node = bindingOf(channel).at("exchange");
  const name = node.text("name") ?? "";
  const { channels, settings } = all.get(name) ?? { channels: [], settings: [] };
  const stated = [...statedBy([channel]), ...settings];
  const first = <Value>(of: (exchange: Node) => Value | undefined): Value | undefined => {
    for (const owner of [channel, ...channels]) {
      const value = of(bindingOf(owner).at("exchange"));
      if (value !== undefined) return value;
    }
    return undefined;
  };
  const alternate = stated.map((one) => one.at("alternate")).find(({ exists }) => exists);
  const alternateName = alternate?.text("name");
  const flag = (key: string) => first((exchange) => exchange.flag(key));
  const type = first((exchange) => exchange.text("type"));
  return {
    name,
    // The rules find nothing to say about an unknown type's keys if it is taken for fanout.
    type: exchangeType(type) ?? (type === undefined || type === "default" ? "direct" : "fanout"),
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
