/** Gives up on orders that nobody has settled in time; the inventory releases whatever it reserves for them. */

import type { OrderOutbox } from "@orders/generated/order";
import type { Database, Transaction } from "@rabbit-contract/postgres";
import { sql } from "drizzle-orm";
import { transition } from "./transition.ts";

export interface ExpiryOptions {
  /** Orders that one call expires, at most. */
  readonly limit: number;
}

/**
 * Expires pending orders whose deadline has passed, those that are overdue longest first. Replicas may call it
 * at once: each takes orders that no other is working on.
 * @returns how many expired; fewer than `limit` when none are left
 */
export function expireOrders(
  database: Database,
  outbox: OrderOutbox<Transaction>,
  { limit }: ExpiryOptions,
): Promise<number> {
  return database.transaction(async (tx) => {
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
  });
}
