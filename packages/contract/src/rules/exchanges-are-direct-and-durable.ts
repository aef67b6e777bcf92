import { type Complaint, complaint, type Rule } from "./rule.ts";

export const exchangesAreDirectAndDurable: Rule = {
  name: "exchanges-are-direct-and-durable",
  summary: "Every exchange is direct and outlives the broker's restart and its last binding.",
  check: ({ routes, source }) =>
    // Routes that share a binding share its place: one finding is enough.
    [...new Map(routes.map(({ exchange }) => [exchange.place.pointer, exchange])).values()].flatMap(
      (exchange) => {
        const complain = (key: string, message: string, fix: string): Complaint =>
          complaint(
            source.place(`${exchange.place.pointer}/${key}`),
            `the exchange "${exchange.name}" ${message}`,
            fix,
          );
        return [
          ...(exchange.type === "direct"
            ? []
            : [
                complain(
                  "type",
                  `is of type "${exchange.type}"`,
                  "make it direct: queues name each key that they want",
                ),
              ]),
          ...(exchange.durable ? [] : [complain("durable", "is not durable", "say durable: true")]),
          ...(exchange.autoDelete
            ? [complain("autoDelete", "is deleted with its last binding", "say autoDelete: false")]
            : []),
        ];
      },
    ),
};
