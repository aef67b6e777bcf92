import { complaint, duplicates, type Rule } from "./rule.ts";

export const namesAreUnique: Rule = {
  name: "names-are-unique",
  summary: "Queues, messages and routes are named once, and an exchange means the same wherever it is named.",
  isNeeded: true,
  *check({ queues, messages, routes, source }) {
    for (const [queue, first] of duplicates(queues, ({ name }) => name)) {
      yield complaint(
        queue.place,
        `the channels "${first.channel}" and "${queue.channel}" both define the queue "${queue.name}"`,
        "rename one of the queues, or merge the channels",
      );
    }
    for (const [message, first] of duplicates(messages, (one) => `${one.name} ${one.schemaVersion}`)) {
      yield complaint(
        message.place,
        `"${first.key}" and "${message.key}" are both called "${message.name}"${message.schemaVersion === undefined ? "" : ` version ${message.schemaVersion}`}, so a consumer cannot tell them apart`,
        "rename one of the messages, or give it another schema-version",
      );
    }
    for (const [route, first] of duplicates(routes, (one) => `${one.exchange.name}\n${one.routingKey}`)) {
      yield complaint(
        route.place,
        `the channels "${first.channel}" and "${route.channel}" both define the exchange "${route.exchange.name}" with key "${route.routingKey}"`,
        "change one of the keys, or merge the channels",
      );
    }
    const firsts = new Map(routes.toReversed().map(({ exchange }) => [exchange.name, exchange]));
    for (const { channel, exchange } of routes) {
      const first = firsts.get(exchange.name) ?? exchange;
      for (const key of ["type", "durable", "autoDelete"] as const) {
        if (exchange[key] === first[key]) continue;
        yield complaint(
          source.place(`${exchange.place.pointer}/${key}`),
          `the channel "${channel}" says ${key} ${exchange[key]} of the exchange "${exchange.name}", line ${first.place.line} says ${first[key]}`,
          "define the exchange once under components/channelBindings and refer to it",
        );
      }
    }
  },
};
