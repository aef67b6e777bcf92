import { deadLetterChannels } from "../topology/model.ts";
import { complaint, quoted, type Rule } from "./rule.ts";

export const queuesAreConsumed: Rule = {
  name: "queues-are-consumed",
  summary: "Every queue is consumed by exactly one operation, or is the dead-letter queue of another.",
  check: (contract) => {
    const deadLetters = new Set(contract.queues.flatMap((queue) => deadLetterChannels(contract, queue)));
    return contract.queues.flatMap((queue) => {
      const [first, ...others] = contract.receives.filter((operation) => operation.queue === queue);
      if (others.length > 0) {
        return others.map((operation) =>
          complaint(
            operation.place,
            `"${operation.id}" (${operation.service}) consumes "${queue.name}", which "${first?.id}" (${first?.service}) consumes already`,
            "give it a queue of its own, bound to the same keys: two consumers of one queue would share its messages",
          ),
        );
      }
      if (first || deadLetters.has(queue)) return [];
      return [
        complaint(
          queue.place,
          `nothing consumes the queue "${queue.name}", and no queue dead-letters to it; it would only grow`,
          `add an operation that receives from "#/channels/${queue.channel}" (there are ${quoted(contract.receives.map(({ id }) => id))}), or remove the queue`,
        ),
      ];
    });
  },
};
