/** Exchanges as the runtime declares them: what a document may say beyond that is refused, with what to do instead. */
import type { ExchangeType } from "@rabbit-contract/messaging";
import { listed } from "../listed.ts";
import type { ModelFindings } from "./findings.ts";
import type { Node } from "./node.ts";

const exchangeTypes = ["direct", "topic", "fanout", "headers"] as const satisfies readonly ExchangeType[];

export function exchangeType(name: string | undefined): ExchangeType | undefined {
  return exchangeTypes.find((known) => known === name);
}

const oneQueue =
  "use a direct exchange and bind one queue to it: all instances of a service consume from that queue, and each message reaches one of them";
const partitions =
  "use a direct exchange, give the address a parameter that lists the partitions as enum, and bind one queue to each value: the publisher chooses the partition";

/** For types of RabbitMQ and its plugins that the runtime does not route by. */
const alternatives: Readonly<Record<string, string>> = {
  default: "name a direct exchange of the service: the default exchange belongs to no service",
  "x-random": oneQueue,
  "x-local-random": oneQueue,
  "x-consistent-hash": partitions,
  "x-modulus-hash": partitions,
  "x-delayed-message":
    "use a direct exchange, and send the message when it is due: a delaying exchange keeps delayed messages on one node, and loses them with it",
  "x-jms-topic": "use a headers exchange, whose bindings compare a message's headers",
};

/** Adds a finding for an exchange type that is not supported. @param node the type */
export function checkExchangeType(node: Node, findings: ModelFindings): void {
  if (typeof node.value !== "string" || exchangeType(node.value)) return;
  const instead = Object.hasOwn(alternatives, node.value) ? alternatives[node.value] : undefined;
  findings.add(
    node,
    "is not supported",
    instead ?? `set it to ${listed(exchangeTypes, "or")}`,
    `the exchange type ${JSON.stringify(node.value)}`,
  );
}

/** How to fix a binding of an exchange to another exchange. */
export const bindQueuesInstead =
  "exchanges are not bound to exchanges: bind each queue to every exchange that it needs, under x-rabbitmq.bindings of its channel";
