import type { Order } from "../order.ts";
import { type RequestedTransition, transitionOne } from "../transition.ts";
import type { Caused, CommandContext } from "./context.ts";

/**
 * Ships a confirmed order, once, however often it is requested; inventory consumes its reservation.
 * @throws UnknownOrder
 * @throws WrongStatus unless it is confirmed or shipped
 */
export async function shipOrder(
  { tx, outbox }: CommandContext,
  { cause, ...requested }: RequestedTransition & Caused,
): Promise<Order> {
  const { order, attempt } = await transitionOne(tx, requested, {
    to: "shipped",
    from: ["confirmed"],
    cause: "ship requested",
  });
  if (attempt.moved) {
    const { id: orderId, customerId, lines, updatedAt: shippedAt } = order;
    outbox.orderShipped(tx, { orderId, customerId, lines, shippedAt }, cause);
  }
  return order;
}
