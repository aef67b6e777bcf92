import { deadLetterChannels } from "../topology/model.ts";
import { complaint, quoted, type Rule } from "./rule.ts";

export const queuesAreConsumed: Rule = {
  name: "queues-are-consumed",
  summary: "Every queue is consumed by exactly one service, or is the dead-letter queue of another.",
  comparesParts: true,
  *check(contract) {
    const { queues, receives, view } = contract;
    const deadLetters = new Set(queues.flatMap((queue) => deadLetterChannels(contract, queue)));
    for (const queue of queues) {
      const [first, ...others] = receives.filter((operation) => operation.queue === queue);
      for (const { id, service, messages, place } of others) {
        const isOwn = service === first?.service;
        // Another rule reports a message that the queue does not declare.
        if (isOwn && messages.some((message) => !queue.messages.includes(message))) continue;
        yield complaint(
          place,
          `"${id}" (${service}) consumes "${queue.name}", which "${first?.id}" (${first?.service}) consumes already`,
          isOwn
            ? "give both the same reply, prefetch and batchSize: a service has one consumer for each queue"
            : "give it a queue of its own, bound to the same keys: two consumers of one queue would share its messages",
        );
      }
      if (first || deadLetters.has(queue) || view === "application") continue;
      yield complaint(
        queue.place,
        `nothing consumes the queue "${queue.name}", and no queue dead-letters to it; it would only grow`,
        `add an operation that receives from "#/channels/${queue.channel}" (there are ${quoted(receives.map(({ id }) => id))}), or remove the queue`,
      );
    }
  },
};
