import { complaint, duplicates, type Rule } from "./rule.ts";

export const exchangesHaveOneOwner: Rule = {
  name: "exchanges-have-one-owner",
  summary: "One service publishes to an exchange, and a redelivery exchange is one service's alone.",
  check: ({ sends, services, exchanges }) => [
    ...sends.flatMap((operation) => {
      const { exchange } = operation.route;
      const owner = sends.find(({ route }) => route.exchange.name === exchange.name)?.service;
      if (owner === operation.service) return [];
      return [
        complaint(
          operation.place,
          `"${operation.id}" lets ${operation.service} publish to the exchange "${exchange.name}", which ${owner} owns`,
          `publish to an exchange of ${operation.service}'s own: permissions let only the owner write`,
        ),
      ];
    }),
    ...duplicates(
      services,
      (service) => service.redeliveryExchange,
      (service, first) =>
        complaint(
          service.place,
          `${first.name} and ${service.name} share the redelivery exchange "${service.redeliveryExchange}"`,
          `give it one of its own, e.g. "${service.name}.redelivery"`,
        ),
    ),
    ...services
      .filter((service) => exchanges.some((exchange) => exchange.name === service.redeliveryExchange))
      .map((service) =>
        complaint(
          service.place,
          `messages are sent to "${service.redeliveryExchange}", the redelivery exchange of ${service.name}`,
          "rename one of the two: retries and dead letters travel on an exchange of their own",
        ),
      ),
  ],
};
