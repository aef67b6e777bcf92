import { reaches } from "../topology/routes.ts";
import { complaint, quoted, type Rule } from "./rule.ts";

export const messagesReachAQueue: Rule = {
  name: "messages-reach-a-queue",
  summary: "Every message sent reaches a queue whose consumer takes it.",
  closedWorld: true,
  *check({ sends, receives, queues }) {
    for (const { id, route, messages, place } of sends) {
      const bound = queues.filter((queue) => reaches(route, queue));
      if (bound.length === 0) {
        yield complaint(
          place,
          `"${id}" sends to exchange "${route.exchange.name}" with key "${route.routingKey}", and no queue is bound to that`,
          "bind a queue to it (x-rabbitmq.bindings of its channel), or remove the operation",
        );
        continue;
      }
      const taken = receives.filter(({ queue }) => bound.includes(queue)).flatMap((one) => one.messages);
      for (const { name } of messages.filter((message) => !taken.includes(message))) {
        yield complaint(
          place,
          `"${id}" sends "${name}", which reaches ${quoted(bound.map((queue) => queue.name))}, and no operation receives it there`,
          "add the message to the channel and to the receiving operation of one of these queues",
        );
      }
    }
  },
};
