import { complaint, type Rule } from "./rule.ts";

export const consumedQueuesAreQuorum: Rule = {
  name: "consumed-queues-are-quorum",
  summary: "Consumed queues are quorum queues: no other dead-letters at least once.",
  check: ({ receives, source }) =>
    receives
      .filter(({ queue }) => queue.type !== "quorum")
      .map(({ queue }) =>
        complaint(
          source.place(`${queue.place.pointer}/x-rabbitmq/queue/type`),
          `the consumed queue "${queue.name}" is a ${queue.type} queue, which may lose a message on its way to the dead-letter queue`,
          "set type: quorum",
        ),
      ),
};
