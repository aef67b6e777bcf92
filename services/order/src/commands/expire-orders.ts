import { sql } from "drizzle-orm";
import { transition } from "../transition.ts";
import type { CommandContext } from "./context.ts";

export interface OrdersToExpire {
  /** Maximum orders per call. */
  readonly limit: number;
}

/**
 * Expires pending orders whose deadline has passed, the longest overdue first; the inventory releases what it reserved
 * for them. Replicas may call it at the same time: orders that others have locked are skipped.
 * @returns how many expired; fewer than `limit` when none are left
 */
export async function expireOrders(
  { tx, outbox }: CommandContext,
  { limit }: OrdersToExpire,
): Promise<number> {
  const overdue = sql`
    select id, status from orders where status = 'pending' and deadline <= now()
    order by deadline limit ${limit} for update skip locked`;
  const attempts = await transition(tx, overdue, {
    to: "expired",
    from: ["pending"],
    cause: "deadline passed",
    reason: sql`'{"code": "expired"}'`,
  });
  for (const { moved } of attempts) {
    if (moved === undefined) continue;
    const { id, customerId, deadline, at } = moved;
    outbox.orderExpired(tx, { orderId: id, customerId, deadline, expiredAt: at });
  }
  return attempts.length;
}
