import { sql } from "drizzle-orm";
import type { Order } from "../order.ts";
import { type RequestedTransition, transitionOne } from "../transition.ts";
import type { Caused, CommandContext } from "./context.ts";

/**
 * Cancels an order that has not been shipped, once, however often it is requested; the inventory releases its stock.
 * @throws UnknownOrder
 * @throws WrongStatus unless it is pending, confirmed or cancelled
 */
export async function cancelOrder(
  { tx, outbox }: CommandContext,
  { cause, ...requested }: RequestedTransition & Caused,
): Promise<Order> {
  const { order, attempt } = await transitionOne(tx, requested, {
    to: "cancelled",
    from: ["pending", "confirmed"],
    cause: "cancel requested",
    reason: sql`'{"code": "cancelled"}'`,
  });
  if (attempt.moved) {
    const { id: orderId, customerId, updatedAt: cancelledAt } = order;
    const previousStatus = attempt.previousStatus === "pending" ? "pending" : "confirmed";
    outbox.orderCancelled(tx, { orderId, customerId, previousStatus, cancelledAt }, cause);
  }
  return order;
}
