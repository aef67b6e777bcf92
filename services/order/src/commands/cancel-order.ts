/** Cancels an order that has not been shipped; the inventory gives back what it reserved. */

import type { OrderOutbox } from "@orders/generated/order";
import type { Transaction } from "@rabbit-contract/postgres";
import { sql } from "drizzle-orm";
import type { Trace } from "../order.ts";
import { type Requested, requestTransition } from "./request-transition.ts";

export interface CancelOptions {
  readonly trace?: Trace;
  /** The only customer whose orders there are for whoever asks. @default everybody's */
  readonly customerId?: string | undefined;
}

/** Cancels once, however often it is asked for; any status but pending and confirmed refuses it. */
export async function cancelOrder(
  outbox: OrderOutbox<Transaction>,
  tx: Transaction,
  id: string,
  { trace = {}, customerId }: CancelOptions = {},
): Promise<Requested> {
  const result = await requestTransition(
    tx,
    { id, customerId },
    {
      to: "cancelled",
      from: ["pending", "confirmed"],
      cause: "cancel requested",
      reason: sql`'{"code": "cancelled"}'`,
    },
  );
  if (result.kind === "moved") {
    const { order, previousStatus } = result;
    const payload = {
      orderId: order.id,
      customerId: order.customerId,
      // The transition comes from nowhere else.
      previousStatus: previousStatus === "pending" ? previousStatus : ("confirmed" as const),
      cancelledAt: order.updatedAt,
    };
    outbox.orderCancelled(tx, payload, trace);
  }
  return result;
}
