import { complaint, type Rule } from "./rule.ts";

export const queuesAreBound: Rule = {
  name: "queues-are-bound",
  summary: "Every queue is bound to an exchange.",
  closedWorld: true,
  check: (contract) =>
    contract.queues
      .filter((queue) => queue.bindings.length === 0)
      .map((queue) =>
        complaint(
          contract.source.place(`${queue.place.pointer}/x-rabbitmq/bindings`),
          `the queue "${queue.name}" is bound to no exchange, so nothing can reach it`,
          "name an exchange and routing keys under x-rabbitmq.bindings, or remove the queue",
        ),
      ),
};
