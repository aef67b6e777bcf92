import { complaint, type Rule } from "./rule.ts";

export const nothingIsUnused: Rule = {
  name: "nothing-is-unused",
  summary: "Every route is sent to and every message is sent.",
  closedWorld: true,
  *check({ routes, queues, messages, sends, receives }) {
    const used = new Set(sends.map(({ route }) => route));
    const unused = routes.filter((route) => !used.has(route));
    const sent = new Set(sends.flatMap((operation) => operation.messages));
    for (const route of unused) {
      yield complaint(
        route.place,
        `no operation sends to the channel "${route.channel}"`,
        "add the operation that sends to it, or remove the channel",
      );
    }
    for (const message of messages) {
      if (sent.has(message)) continue;
      if (receives.some(({ reply }) => reply === message)) continue;
      // Its channel is already reported, as one that nothing sends to or whose bindings do not match it.
      if ([...unused, ...queues].some((channel) => channel.messages.includes(message))) continue;
      yield complaint(
        message.place,
        `no operation sends "${message.name}"`,
        "add it to the channel and the operation that send it, or remove the message",
      );
    }
  },
};
