import { complaint, type Rule } from "./rule.ts";

export const quorumQueuesAreDurable: Rule = {
  name: "quorum-queues-are-durable",
  summary: "A quorum queue is durable, and neither exclusive nor auto-deleted: the broker refuses any other.",
  check: ({ queues, source }) =>
    queues
      .filter((queue) => queue.type === "quorum")
      .flatMap((queue) =>
        (["durable", "exclusive", "autoDelete"] as const)
          .filter((key) => queue[key] !== (key === "durable"))
          .map((key) =>
            complaint(
              source.place(`${queue.place.pointer}/bindings/amqp/queue/${key}`),
              `the quorum queue "${queue.name}" has ${key}: ${queue[key]}`,
              `set ${key}: ${key === "durable"}`,
            ),
          ),
      ),
};
