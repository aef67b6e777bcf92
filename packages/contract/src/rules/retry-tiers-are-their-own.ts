import { complaint, duplicates, type Rule } from "./rule.ts";

export const retryTiersAreTheirOwn: Rule = {
  name: "retry-tiers-are-their-own",
  summary:
    "Each retry tier is a queue of its own with one delay, and each tier waits longer than the one before.",
  check: ({ queues, receives, source }) => {
    const tiers = queues.flatMap((queue) => queue.retryTiers.map((tier) => ({ ...tier, of: queue })));
    return [
      ...duplicates(
        tiers,
        (tier) => tier.queue,
        (tier, first) =>
          complaint(
            tier.place,
            `the retry queue "${tier.queue}" serves a delay of ${first.delay} ms for "${first.of.name}" and one of ${tier.delay} ms for "${tier.of.name}"`,
            "give each tier a queue of its own: in a shared one a long delay blocks the short ones",
          ),
      ),
      ...tiers
        .filter((tier) => queues.some((queue) => queue.name === tier.queue))
        .map((tier) =>
          complaint(
            tier.place,
            `the retry queue "${tier.queue}" of "${tier.of.name}" is also a channel of the contract`,
            "rename the retry queue, or remove the channel: a retry queue follows from its tier",
          ),
        ),
      ...queues.flatMap((queue) =>
        queue.retryTiers.flatMap((tier, index) => {
          const before = queue.retryTiers[index - 1];
          if (!before || before.delay < tier.delay) return [];
          const message = `the retry tier of ${tier.delay} ms of "${queue.name}" follows one of ${before.delay} ms`;
          const fix = "sort the tiers by their delay, shortest first, each delay once";
          return [complaint(source.place(`${tier.place.pointer}/delay`), message, fix)];
        }),
      ),
      ...tiers
        .filter((tier) => !receives.some(({ queue }) => queue === tier.of))
        .map((tier) =>
          complaint(
            tier.place,
            `"${tier.of.name}" has a retry tier, and nothing consumes it that could ask for a retry`,
            "remove the tier, or add the operation that receives from the queue",
          ),
        ),
    ];
  },
};
