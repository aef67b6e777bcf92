import { complaint, type Rule } from "./rule.ts";

export const exchangesAreDurable: Rule = {
  name: "exchanges-are-durable",
  summary: "Every exchange outlives the broker's restart and its last binding.",
  *check({ routes, source }) {
    // Routes that share a binding share its place: one finding is enough.
    for (const exchange of new Map(
      routes.map((route) => [route.exchange.place.pointer, route.exchange]),
    ).values()) {
      const about = (key: string, message: string, fix: string) =>
        complaint(
          source.place(`${exchange.place.pointer}/${key}`),
          `the exchange "${exchange.name}" ${message}`,
          fix,
        );
      if (!exchange.durable) yield about("durable", "is not durable", "set durable: true");
      if (exchange.autoDelete) {
        yield about("autoDelete", "is deleted with its last binding", "set autoDelete: false");
      }
    }
  },
};
