/** Settings of a service that do not affect other services. */
import type { Contract } from "../contract.ts";
import { compatible, type Difference } from "./difference.ts";

export function operationDifferences(old: Contract, now: Contract): Difference[] {
  return now.receives.flatMap((operation) => {
    const before = old.receives.find(({ queue }) => queue.name === operation.queue.name);
    const keys = (["prefetch", "batchSize"] as const).filter(
      (key) => before && before[key] !== operation[key],
    );
    if (!before || keys.length === 0) return [];
    return [
      compatible("patch", {
        rule: "consumption-tuned",
        subject: `queue ${operation.queue.name}`,
        change: keys.map((key) => `${key} from ${before[key]} to ${operation[key]}`).join(", "),
        why: "each consumer has its own; old and new ones share the queue",
        services: [operation.service],
        place: operation.place,
      }),
    ];
  });
}
