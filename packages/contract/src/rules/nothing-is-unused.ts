import { complaint, type Rule } from "./rule.ts";

export const nothingIsUnused: Rule = {
  name: "nothing-is-unused",
  summary: "Every route is sent to and every message is sent.",
  closedWorld: true,
  *check({ routes, messages, sends, receives }) {
    for (const route of routes) {
      if (sends.some((operation) => operation.route === route)) continue;
      yield complaint(
        route.place,
        `no operation sends to the channel "${route.channel}"`,
        "add the operation that sends to it, or remove the channel",
      );
    }
    for (const message of messages) {
      if (sends.some((operation) => operation.messages.includes(message))) continue;
      if (receives.some(({ reply }) => reply === message)) continue;
      yield complaint(
        message.place,
        `no operation sends "${message.name}"`,
        "add it to the channel and the operation that send it, or remove the message",
      );
    }
  },
};
