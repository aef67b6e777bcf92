import type { Place } from "../source.ts";
import { complaint, type Rule } from "./rule.ts";

/** For a channel that names none. */
const example = ", e.g. bindings: { amqp: { is: routingKey, exchange: { name: parcels, type: topic } } }";

/** Whether an exchange exists on every broker without being declared. */
export function isBrokers(exchange: string): boolean {
  return exchange === "" || exchange.startsWith("amq.");
}

export const defaultExchangeIsUnused: Rule = {
  name: "default-exchange-is-unused",
  summary:
    "Nothing uses the default exchange or one of the broker's own: a user who may write there may write to any queue.",
  check({ routes, queues, services }) {
    const uses: (readonly [user: string, exchange: string, place: Place])[] = [
      ...routes.map(({ channel, exchange }) => [channel, exchange.name, exchange.place] as const),
      // What follows from a route or a service shares the queue's place: it is reported there.
      ...queues.flatMap(({ channel, bindings, deadLetter, place }) =>
        [...bindings, deadLetter ?? []]
          .flat()
          .filter((one) => one.place.pointer !== place.pointer)
          .map((one) => [channel, one.exchange, one.place] as const),
      ),
      ...services.map(({ name, redeliveryExchange, place }) => [name, redeliveryExchange, place] as const),
    ];
    // A dead-letter queue that follows from a route shares its place.
    return uses
      .filter(([, exchange]) => isBrokers(exchange))
      .filter(([, , { pointer }], index, all) => all.findIndex((use) => use[2].pointer === pointer) === index)
      .map(([user, exchange, place]) =>
        complaint(
          place,
          `"${user}" uses ${exchange === "" ? "the default exchange" : `the broker's own exchange "${exchange}"`}`,
          `name an exchange that a service of the system owns${place.pointer.endsWith("/bindings/amqp/exchange") ? example : ""}`,
        ),
      );
  },
};
