import { sql } from "drizzle-orm";
import { stepOf } from "../step.ts";
import { ordersById, transition } from "../transition.ts";
import type { CommandContext } from "./context.ts";

export interface OrdersToExpire {
  readonly limit: number;
}

/**
 * Expires pending orders whose deadline has passed, the longest overdue first; inventory releases what it reserved for
 * them. Replicas may call it at the same time: orders that others have locked are skipped.
 * @returns how many expired; fewer than `limit` when none are left
 */
export async function expireOrders(
  { tx, outbox }: CommandContext,
  { limit }: OrdersToExpire,
): Promise<number> {
  const { rows: overdue } = await tx.sql.execute<{ id: string }>(sql`
    select id from orders where status = 'pending' and deadline <= now()
    order by deadline limit ${limit} for update skip locked`);
  if (overdue.length === 0) return 0;
  const steps = new Map(overdue.map(({ id }) => [id, stepOf({})]));
  const attempts = await transition(tx, ordersById([...steps.keys()]), {
    to: "expired",
    from: ["pending"],
    cause: "deadline passed",
    reason: sql`'{"code": "expired"}'`,
    steps: Object.fromEntries([...steps].map(([id, { step }]) => [id, step])),
  });
  for (const { moved } of attempts) {
    if (moved === undefined) continue;
    const { id, customerId, deadline, at } = moved;
    outbox.orderExpired(tx, { orderId: id, customerId, deadline, expiredAt: at }, steps.get(id)?.context);
  }
  return attempts.length;
}
