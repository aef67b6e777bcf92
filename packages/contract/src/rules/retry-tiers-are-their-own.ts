import { complaint, duplicates, type Rule } from "./rule.ts";

export const retryTiersAreTheirOwn: Rule = {
  name: "retry-tiers-are-their-own",
  summary:
    "Each retry tier is a queue of its own with one delay, and each tier waits longer than the one before.",
  comparesParts: true,
  *check({ queues, receives, source }) {
    const tiers = queues.flatMap((queue) =>
      queue.retryTiers.map((tier, index) => ({ ...tier, of: queue, before: queue.retryTiers[index - 1] })),
    );
    for (const [tier, first] of duplicates(tiers, ({ queue }) => queue)) {
      yield complaint(
        tier.place,
        `the retry queue "${tier.queue}" serves a delay of ${first.delay} ms for "${first.of.name}" and one of ${tier.delay} ms for "${tier.of.name}"`,
        "give each tier a queue of its own: in a shared one a long delay blocks the short ones",
      );
    }
    for (const { queue, delay, of, before, place } of tiers) {
      if (queues.some(({ name }) => name === queue)) {
        yield complaint(
          place,
          `the retry queue "${queue}" of "${of.name}" is also a channel of the contract`,
          "rename the retry queue, or remove the channel: a retry queue follows from its tier",
        );
      }
      if (before && before.delay >= delay) {
        yield complaint(
          source.place(`${place.pointer}/delay`),
          `the retry tier of ${delay} ms of "${of.name}" follows one of ${before.delay} ms`,
          "sort the tiers by their delay, shortest first, each delay once",
        );
      }
      if (!receives.some((operation) => operation.queue === of)) {
        yield complaint(
          place,
          `"${of.name}" has a retry tier, and nothing consumes it that could ask for a retry`,
          "remove the tier, or add the operation that receives from the queue",
        );
      }
    }
  },
};
