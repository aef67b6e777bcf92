import { reaches } from "../topology/routes.ts";
import { complaint, quoted, type Rule } from "./rule.ts";

export const messagesReachAQueue: Rule = {
  name: "messages-reach-a-queue",
  summary: "Every message sent reaches a queue whose consumer takes it.",
  check: (contract) =>
    contract.sends.flatMap((operation) => {
      const { exchange, routingKey } = operation.route;
      const bound = contract.queues.filter((queue) => reaches(operation.route, queue));
      if (bound.length === 0) {
        return [
          complaint(
            operation.place,
            `"${operation.id}" sends to exchange "${exchange.name}" with key "${routingKey}", and no queue is bound to that`,
            "bind a queue to it (x-rabbitmq.bindings of its channel), or remove the operation",
          ),
        ];
      }
      return operation.messages
        .filter(
          (message) =>
            !contract.receives.some(
              (receive) => bound.includes(receive.queue) && receive.messages.includes(message),
            ),
        )
        .map((message) =>
          complaint(
            operation.place,
            `"${operation.id}" sends "${message.name}", which reaches ${quoted(bound.map((queue) => queue.name))}, and no operation receives it there`,
            "add the message to the channel and to the receiving operation of one of these queues",
          ),
        );
    }),
};
