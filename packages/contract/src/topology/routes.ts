/**
 * Which messages go through which bindings. A message's address may stand for many routing keys (parameters), and its
 * headers for many values, so there are two questions: whether it can pass through a binding, and whether it always
 * does.
 */
import { parameterOf } from "@rabbit-contract/messaging/address";
import { routes as brokerRoutes } from "@rabbit-contract/messaging/routes";
import type { AddressParameter, Exchange, Message } from "../contract.ts";

/** Where a message is published to: an exchange, or the name of a direct one, and a routing key. */
export interface Address {
  readonly exchange: string | Routing;
  /** `{name}` stands for each value of the parameter, or for any word. */
  readonly routingKey: string;
  readonly parameters?: readonly AddressParameter[];
  /** A headers exchange looks at their headers. */
  readonly messages?: readonly Message[];
}

type Routing = Pick<Exchange, "name" | "type" | "alternate">;

interface Pattern {
  readonly exchange: string;
  readonly routingKey: string;
  readonly arguments?: Readonly<Record<string, string | number | boolean>>;
}

/** A word that no binding names, so it matches only wildcards. */
const anyOther = "\0";

/** Whether some message that is published to `address` goes through `binding`, perhaps of the alternate exchange. */
export function routes(address: Address, binding: Pattern): boolean {
  const exchange = exchangeOf(address);
  const type = typeAt(binding, exchange);
  if (type === undefined) return false;
  const words = [...binding.routingKey.split("."), anyOther];
  const wanted = binding.arguments ?? {};
  const headers = messagesOf(address).map((message) => ({ ...wanted, ...message?.fixedHeaders }));
  return keysOf(address, words).some((routingKey) =>
    headers.some((one) => brokerRoutes(type, binding, { routingKey, headers: one })),
  );
}

/** Whether some message that is published to `address` reaches `queue`. */
export function reaches(address: Address, queue: { readonly bindings: readonly Pattern[] }): boolean {
  return queue.bindings.some((binding) => routes(address, binding));
}

/** A routing key of `address` with which no message may reach any of the queues; undefined if there is none. */
export function keyWithoutQueue(
  address: Address,
  queues: readonly { readonly bindings: readonly Pattern[] }[],
): string | undefined {
  const exchange = exchangeOf(address);
  const bindings = queues.flatMap((queue) => queue.bindings);
  const headers = messagesOf(address).map((message) => message?.fixedHeaders ?? {});
  return keysOf(address, [anyOther])
    .find((routingKey) =>
      headers.some(
        (one) =>
          !bindings.some((binding) => {
            const type = typeAt(binding, exchange);
            return type !== undefined && brokerRoutes(type, binding, { routingKey, headers: one });
          }),
      ),
    )
    ?.replaceAll(anyOther, "…");
}

/** The messages of a route that may reach `queue`. */
export function messagesInto(
  route: Address & { readonly messages: readonly Message[] },
  queue: { readonly bindings: readonly Pattern[] },
): Message[] {
  return route.messages.filter((message) => reaches({ ...route, messages: [message] }, queue));
}

/**
 * What a queue is bound with to get everything that is published to `address`: one pattern on a topic exchange; on others,
 * a key for each value of its parameters.
 */
export function bindingKeys(address: Address): string[] {
  return exchangeOf(address).type === "topic"
    ? [
        address.routingKey
          .split(".")
          .map((part) => (parameterOf(part) === undefined ? part : "*"))
          .join("."),
      ]
    : keysOf(address, []);
}

/** @param words stand for each parameter that may be any word */
function keysOf({ routingKey, parameters = [] }: Address, words: readonly string[]): string[] {
  if (parameters.length === 0) return [routingKey];
  let keys = [""];
  for (const [index, part] of routingKey.split(".").entries()) {
    const name = parameterOf(part);
    const parameter = parameters.find((one) => one.name === name);
    const values = parameter ? (parameter.values ?? words) : [part];
    keys = keys.flatMap((key) => values.map((value) => (index === 0 ? value : `${key}.${value}`)));
  }
  return keys;
}

function exchangeOf({ exchange }: Address): Routing {
  return typeof exchange === "string" ? { name: exchange, type: "direct", alternate: undefined } : exchange;
}

/** The type of the exchange that a binding belongs to, if that is this one or its alternate. */
function typeAt(binding: Pattern, { name, type, alternate }: Routing): Exchange["type"] | undefined {
  if (binding.exchange === name) return type;
  return binding.exchange === alternate?.name ? alternate.type : undefined;
}

function messagesOf({ messages }: Address): readonly (Message | undefined)[] {
  return messages === undefined || messages.length === 0 ? [undefined] : messages;
}
