import { queuesReached } from "../topology/by-exchange.ts";
import { keyWithoutQueue, messagesInto } from "../topology/routes.ts";
import { complaint, quoted, type Rule } from "./rule.ts";

export const messagesReachAQueue: Rule = {
  name: "messages-reach-a-queue",
  summary: "Every message sent reaches a queue whose consumer takes it.",
  closedWorld: true,
  *check({ sends, receives, queues }) {
    for (const { id, route, messages, place } of sends) {
      const bound = queuesReached(route, queues);
      if (bound.length === 0) {
        yield complaint(
          place,
          `"${id}" sends to exchange "${route.exchange.name}" with key "${route.routingKey}", and no queue is bound to that`,
          "bind a queue to it (x-rabbitmq.bindings of its channel), or remove the operation",
        );
        continue;
      }
      const unrouted = keyWithoutQueue(route, bound);
      if (unrouted !== undefined) {
        yield complaint(
          place,
          `"${id}" may send to exchange "${route.exchange.name}" with key "${unrouted}" or headers that no queue is bound to`,
          "bind a queue to every value of the parameters and headers, restrict them by enum or const, or name an alternate exchange",
        );
      }
      const taking = receives.filter((receive) => bound.includes(receive.queue));
      const taken = taking.flatMap((receive) =>
        messagesInto(route, receive.queue).filter((message) => receive.messages.includes(message)),
      );
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
