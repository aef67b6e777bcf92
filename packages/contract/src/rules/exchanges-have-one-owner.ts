import { complaint, duplicates, type Rule } from "./rule.ts";

export const exchangesHaveOneOwner: Rule = {
  name: "exchanges-have-one-owner",
  summary: "One service publishes to an exchange, and a redelivery exchange is one service's alone.",
  *check({ sends, services, exchanges }) {
    const owners = new Map(sends.toReversed().map(({ route, service }) => [route.exchange.name, service]));
    for (const { id, service, route, place } of sends) {
      const { name } = route.exchange;
      const owner = owners.get(name);
      if (owner === service) continue;
      yield complaint(
        place,
        `"${id}" lets ${service} publish to the exchange "${name}", which ${owner} owns`,
        `publish to an exchange of ${service}'s own: permissions let only the owner write`,
      );
    }
    for (const [{ name, redeliveryExchange, place }, first] of duplicates(
      services,
      (service) => service.redeliveryExchange,
    )) {
      yield complaint(
        place,
        `${first.name} and ${name} share the redelivery exchange "${redeliveryExchange}"`,
        `give it one of its own, e.g. "${name}.redelivery"`,
      );
    }
    for (const { name, alternate, place } of exchanges) {
      if (!alternate) continue;
      const other = exchanges.find((exchange) => exchange.name === alternate.name);
      if (
        name === alternate.name ||
        (other && (other.type !== alternate.type || owners.get(name) !== owners.get(other.name)))
      ) {
        yield complaint(
          place,
          `the alternate exchange of "${name}" is "${alternate.name}", ${name === alternate.name ? "itself" : `which is ${other?.type} and of ${owners.get(alternate.name)}`}`,
          "name an exchange of the same service, with its type",
        );
      }
    }
    for (const { name, redeliveryExchange, place } of services) {
      if (!exchanges.some((exchange) => exchange.name === redeliveryExchange)) continue;
      yield complaint(
        place,
        `messages are sent to "${redeliveryExchange}", the redelivery exchange of ${name}`,
        "rename one of the two: retries and dead letters travel on an exchange of their own",
      );
    }
  },
};
