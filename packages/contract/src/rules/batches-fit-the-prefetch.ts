import { complaint, type Rule } from "./rule.ts";

export const batchesFitThePrefetch: Rule = {
  name: "batches-fit-the-prefetch",
  summary: "A batch is no larger than what the broker hands over before the first acknowledgement.",
  check: ({ receives, source }) =>
    receives
      .filter(({ batchSize, prefetch }) => batchSize > prefetch)
      .map(({ id, batchSize, prefetch, place }) =>
        complaint(
          source.place(`${place.pointer}/x-rabbitmq/batchSize`),
          `"${id}" has batches of ${batchSize}, and a prefetch of ${prefetch}: no batch would ever be full`,
          `raise prefetch to ${Math.min(2 * batchSize, 65_535)}, or lower batchSize to ${prefetch}`,
        ),
      ),
};
