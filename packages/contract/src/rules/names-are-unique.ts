import { complaint, duplicates, type Rule } from "./rule.ts";

export const namesAreUnique: Rule = {
  name: "names-are-unique",
  summary: "Queues, messages and routes are named once, and an exchange means the same wherever it is named.",
  check: ({ queues, messages, routes, source }) => [
    ...duplicates(
      queues,
      (queue) => queue.name,
      (queue, first) =>
        complaint(
          queue.place,
          `the channels "${first.channel}" and "${queue.channel}" both define the queue "${queue.name}"`,
          "rename one of the queues, or merge the channels",
        ),
    ),
    ...duplicates(
      messages,
      (message) => `${message.name} ${message.schemaVersion}`,
      (message, first) =>
        complaint(
          message.place,
          `"${first.key}" and "${message.key}" are both called "${message.name}" version ${message.schemaVersion}, so a consumer cannot tell them apart`,
          "rename one of the messages, or give it another schema-version",
        ),
    ),
    ...duplicates(
      routes,
      (route) => JSON.stringify([route.exchange.name, route.routingKey]),
      (route, first) =>
        complaint(
          route.place,
          `the channels "${first.channel}" and "${route.channel}" both define the exchange "${route.exchange.name}" with key "${route.routingKey}"`,
          "change one of the keys, or merge the channels",
        ),
    ),
    ...routes.flatMap(({ channel, exchange }) => {
      const first = routes.find((route) => route.exchange.name === exchange.name)?.exchange ?? exchange;
      const conflicts = (["type", "durable", "autoDelete"] as const).filter(
        (key) => exchange[key] !== first[key],
      );
      return conflicts.map((key) =>
        complaint(
          source.place(`${exchange.place.pointer}/${key}`),
          `the channel "${channel}" says ${key} ${exchange[key]} of the exchange "${exchange.name}", line ${first.place.line} says ${first[key]}`,
          "define the exchange once under components/channelBindings and refer to it",
        ),
      );
    }),
  ],
};
