/** What an order's history keeps of each step, so that its messages can be found in logs, traces and dead letters. */
import { traceIdOf, uuidv7 } from "@rabbit-contract/messaging";
import type { Caused } from "./commands/context.ts";
import type { HistoryEntry } from "./order.ts";

export type Step = Required<Pick<HistoryEntry, "messageId">> & Pick<HistoryEntry, "causationId" | "traceId">;

/** A step, and the context to report it with. */
export function stepOf({ cause }: Caused) {
  const traceId = traceIdOf(cause?.traceparent);
  const step: Step = {
    messageId: uuidv7(),
    ...(cause?.causationId !== undefined && { causationId: cause.causationId }),
    ...(traceId !== undefined && { traceId }),
  };
  return { step, context: { ...cause, messageId: step.messageId } };
}
