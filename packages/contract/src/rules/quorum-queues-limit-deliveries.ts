import { complaint, type Rule } from "./rule.ts";

export const quorumQueuesLimitDeliveries: Rule = {
  name: "quorum-queues-limit-deliveries",
  summary: "Every quorum queue sets its delivery limit.",
  check: ({ queues, source }) =>
    queues
      .filter((queue) => queue.type === "quorum" && queue.deliveryLimit === undefined)
      .map((queue) =>
        complaint(
          source.place(`${queue.place.pointer}/x-rabbitmq/queue/deliveryLimit`),
          `the quorum queue "${queue.name}" sets no delivery limit, so RabbitMQ 4 would drop or dead-letter a message at its 20th delivery, even one that only shares a batch with a bad one`,
          "set deliveryLimit: 1000000; the runtime itself counts attempts",
        ),
      ),
};
