import { sql } from "drizzle-orm";
import type { Order } from "../order.ts";
import { stepOf } from "../step.ts";
import { type RequestedTransition, transitionOne } from "../transition.ts";
import type { Caused, CommandContext } from "./context.ts";

/**
 * Cancels an order that has not been shipped, once however often it is requested; inventory releases its stock.
 * @throws UnknownOrder
 * @throws WrongStatus unless it is pending, confirmed or cancelled
 */
export async function cancelOrder(
  { tx, outbox }: CommandContext,
  request: RequestedTransition & Caused,
): Promise<Order> {
  const { step, context } = stepOf(request);
  const { order, attempt } = await transitionOne(tx, request, {
    to: "cancelled",
    from: ["pending", "confirmed"],
    cause: "cancel requested",
    reason: sql`'{"code": "cancelled"}'`,
    steps: { [request.orderId]: step },
  });
  if (attempt.moved) {
    const { id: orderId, customerId, updatedAt: cancelledAt } = order;
    const previousStatus = attempt.previousStatus === "pending" ? "pending" : "confirmed";
    outbox.orderCancelled(tx, { orderId, customerId, previousStatus, cancelledAt }, context);
  }
  return order;
}
