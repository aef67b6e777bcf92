/** Cancels an order that has not been shipped; the inventory gives back what it reserved. */

import { sql } from "drizzle-orm";
import type { Outbox } from "#generated/order.ts";
import type { Transaction } from "#platform/database.ts";
import type { Trace } from "./order.ts";
import { type Requested, requestTransition } from "./request-transition.ts";

/** Cancels once, however often it is asked for; any status but pending and confirmed refuses it. */
export async function cancelOrder(
  outbox: Outbox<Transaction>,
  tx: Transaction,
  id: string,
  trace: Trace = {},
): Promise<Requested> {
  const result = await requestTransition(tx, id, {
    to: "cancelled",
    from: ["pending", "confirmed"],
    cause: "cancel requested",
    reason: sql`'{"code": "cancelled"}'`,
  });
  if (result.kind === "moved") {
    const { order, previousStatus } = result;
    const payload = {
      orderId: order.id,
      customerId: order.customerId,
      // The transition comes from nowhere else.
      previousStatus: previousStatus === "pending" ? previousStatus : ("confirmed" as const),
      cancelledAt: order.updatedAt,
    };
    outbox.orderCancelled(tx, payload, { ...trace, correlationId: order.id });
  }
  return result;
}
