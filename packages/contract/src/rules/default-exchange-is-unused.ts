import { complaint, type Rule } from "./rule.ts";

export const defaultExchangeIsUnused: Rule = {
  name: "default-exchange-is-unused",
  summary:
    "Nothing uses the default exchange or one of the broker's own: who may write there may write to any queue.",
  check: ({ routes, queues, services }) => {
    const uses = [
      ...routes.map(({ channel, exchange }) => ({
        user: channel,
        exchange: exchange.name,
        place: exchange.place,
      })),
      ...queues.flatMap(({ channel, bindings, deadLetter }) =>
        [...bindings, ...(deadLetter ? [deadLetter] : [])].map(({ exchange, place }) => ({
          user: channel,
          exchange,
          place,
        })),
      ),
      ...services.map(({ name, redeliveryExchange, place }) => ({
        user: name,
        exchange: redeliveryExchange,
        place,
      })),
    ];
    return uses
      .filter(({ exchange }) => exchange === "" || exchange.startsWith("amq."))
      .map(({ user, exchange, place }) =>
        complaint(
          place,
          `"${user}" uses ${exchange === "" ? "the default exchange" : `the broker's own exchange "${exchange}"`}`,
          "name an exchange that a service of the system owns",
        ),
      );
  },
};
