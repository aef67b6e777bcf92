import type { Shortage } from "@orders/generated/messages";
import { sql } from "drizzle-orm";
import { stepOf } from "../step.ts";
import { type Attempt, ordersById, transition } from "../transition.ts";
import type { Caused, CommandContext } from "./context.ts";

/** Inventory's answer to an order. */
export interface Answer extends Caused {
  /** In lower case. */
  readonly orderId: string;
}

export interface Rejection extends Answer {
  readonly shortages: Shortage[];
}

/**
 * Confirms orders whose stock is reserved. Only a pending order is settled: an answer that arrives after the order was
 * cancelled, or a second one, changes nothing, since inventory receives the order's outcome separately.
 * @returns the ids of the orders that exist
 */
export async function confirmOrders(
  { tx, outbox }: CommandContext,
  answers: readonly Answer[],
): Promise<ReadonlySet<string>> {
  const first = firstByOrder(answers);
  const attempts = await transition(tx, ordersById([...first.keys()]), {
    to: "confirmed",
    from: ["pending"],
    cause: "stock.reserved",
    steps: stepsOf(first),
  });
  for (const { order, answer } of movedBy(attempts, first)) {
    const { id: orderId, customerId, lines, total, at: confirmedAt } = order;
    outbox.orderConfirmed(tx, { orderId, customerId, lines, total, confirmedAt }, answer.context);
  }
  return idsOf(attempts);
}

/** The counterpart of `confirmOrders` for orders whose stock cannot be reserved. */
export async function rejectOrders(
  { tx, outbox }: CommandContext,
  answers: readonly Rejection[],
): Promise<ReadonlySet<string>> {
  const first = firstByOrder(answers);
  const reasons = Object.fromEntries(
    [...first].map(([id, { shortages }]) => [id, { code: "insufficient-stock", shortages }]),
  );
  const attempts = await transition(tx, ordersById([...first.keys()]), {
    to: "rejected",
    from: ["pending"],
    cause: "stock.rejected",
    reason: sql`${JSON.stringify(reasons)}::jsonb -> orders.id::text`,
    steps: stepsOf(first),
  });
  for (const { order, answer } of movedBy(attempts, first)) {
    const { id: orderId, customerId, at: rejectedAt } = order;
    outbox.orderRejected(
      tx,
      { orderId, customerId, shortages: answer.shortages, rejectedAt },
      answer.context,
    );
  }
  return idsOf(attempts);
}

/** Several answers to one order in a batch count as one. */
function firstByOrder<A extends Answer>(answers: readonly A[]) {
  const first = new Map<string, A & ReturnType<typeof stepOf>>();
  for (const answer of answers) {
    if (!first.has(answer.orderId)) first.set(answer.orderId, { ...answer, ...stepOf(answer) });
  }
  return first;
}

function stepsOf(answers: ReadonlyMap<string, ReturnType<typeof stepOf>>) {
  return Object.fromEntries([...answers].map(([id, { step }]) => [id, step]));
}

function movedBy<A extends Answer>(attempts: readonly Attempt[], answers: ReadonlyMap<string, A>) {
  return attempts.flatMap(({ id, moved: order }) => {
    const answer = answers.get(id);
    return order && answer ? [{ order, answer }] : [];
  });
}

function idsOf(attempts: readonly Attempt[]): ReadonlySet<string> {
  return new Set(attempts.map(({ id }) => id));
}
