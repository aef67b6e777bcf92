/** What became of the messages of a batch, by their ids. */
import type { ConsumeMessage } from "amqplib";
import type { OutboxMessage } from "../message/message.ts";
import type { Applied } from "./apply-batch.ts";
import type { Decoded } from "./decode.ts";
import type { Item } from "./handler.ts";
import type { Failure } from "./redelivery.ts";

export interface Arrival<Transaction> {
  readonly message: ConsumeMessage;
  readonly decoded: Decoded<Transaction>;
}

interface Done {
  readonly kind: "done";
  readonly answer?: OutboxMessage;
}

/** What became of each message id: done, or how it failed. */
export type Results = ReadonlyMap<string, Failure | Done>;

/** The items to apply. Copies of a message share the result of the first. */
export function distinct<Transaction>(arrivals: readonly Arrival<Transaction>[]): Item<Transaction>[] {
  const items = new Map<string, Item<Transaction>>();
  for (const { decoded } of arrivals) {
    if (!("delivery" in decoded)) continue;
    const { messageId } = decoded.delivery;
    if (!items.has(messageId)) items.set(messageId, decoded);
  }
  return [...items.values()];
}

/** The messages to redirect before the batch is acknowledged; one copy of each id. */
export function failures<Transaction>(
  arrivals: readonly Arrival<Transaction>[],
  results: Results,
): [ConsumeMessage, Failure][] {
  const found: [ConsumeMessage, Failure][] = [];
  const seen = new Set<string>();
  for (const { message, decoded } of arrivals) {
    if (!("delivery" in decoded)) {
      found.push([message, { kind: "dead-letter", ...decoded }]);
      continue;
    }
    const { messageId } = decoded.delivery;
    const result = results.get(messageId);
    if (result && result.kind !== "done" && !seen.has(messageId)) found.push([message, result]);
    seen.add(messageId);
  }
  return found;
}

/** The answered requests, each copy of one. */
export function answers<Transaction>(
  arrivals: readonly Arrival<Transaction>[],
  results: Results,
): [request: ConsumeMessage, OutboxMessage][] {
  return arrivals.flatMap(({ message, decoded }) => {
    const result = "delivery" in decoded ? results.get(decoded.delivery.messageId) : undefined;
    return result?.kind === "done" && result.answer ? [[message, result.answer]] : [];
  });
}

export function resultOf(outcome: Applied | undefined): Failure | Done {
  if (!outcome) return { kind: "done" };
  if (outcome.kind === "done") return outcome;
  return outcome.kind === "dead-letter" ? { ...outcome, why: "rejected" } : outcome;
}
