import type { Binding, Contract, Queue } from "../contract.ts";
import { sendsTo } from "../topology/by-exchange.ts";
import { routes } from "../topology/routes.ts";
import { type Complaint, complaint, quoted, type Rule } from "./rule.ts";

export const bindingsAreFed: Rule = {
  name: "bindings-are-fed",
  summary: "A queue is bound to exchanges that exist, with keys that something is sent with.",
  closedWorld: true,
  check: (contract) =>
    contract.queues.flatMap((queue) =>
      queue.bindings.flatMap((binding) => problemOf(binding, queue, contract) ?? []),
    ),
};

function problemOf(binding: Binding, queue: Queue, contract: Contract): Complaint | undefined {
  const { exchange, routingKey, place } = binding;
  if (sendsTo(exchange, contract.sends).some(({ route }) => routes(route, binding))) return undefined;
  // Another rule reports a dead-letter route that its consumer may not use.
  if (contract.queues.some(({ deadLetter }) => deadLetter && routes(deadLetter, binding))) return undefined;
  if (contract.services.some((service) => service.redeliveryExchange === exchange)) {
    return complaint(
      place,
      `"${queue.name}" is bound to the redelivery exchange "${exchange}" with key "${routingKey}", which no queue dead-letters to`,
      "remove the binding: a consumed queue is bound to its redelivery exchange automatically",
    );
  }
  const exchanges = contract.exchanges.flatMap(({ name, alternate }) => [
    name,
    ...(alternate ? [alternate.name] : []),
  ]);
  if (!exchanges.includes(exchange)) {
    return complaint(
      place,
      `"${queue.name}" is bound to the exchange "${exchange}", which does not exist`,
      `bind it to one of ${quoted(exchanges)}`,
    );
  }
  const keys = contract.sends
    .filter(({ route }) => route.exchange.name === exchange)
    .map(({ route }) => route.routingKey);
  return complaint(
    place,
    `"${queue.name}" is bound to "${exchange}" with key "${routingKey}"${Object.keys(binding.arguments).length > 0 ? " and arguments" : ""}, which nothing is sent with`,
    `use one of ${quoted(keys)}, or remove the binding`,
  );
}
