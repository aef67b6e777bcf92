import type { Order } from "../order.ts";
import { stepOf } from "../step.ts";
import { type RequestedTransition, transitionOne } from "../transition.ts";
import type { Caused, CommandContext } from "./context.ts";

/**
 * Ships a confirmed order, once however often it is requested; inventory consumes its reservation.
 * @throws UnknownOrder
 * @throws WrongStatus unless it is confirmed or shipped
 */
export async function shipOrder(
  { tx, outbox }: CommandContext,
  request: RequestedTransition & Caused,
): Promise<Order> {
  const { step, context } = stepOf(request);
  const { order, attempt } = await transitionOne(tx, request, {
    to: "shipped",
    from: ["confirmed"],
    cause: "ship requested",
    steps: { [request.orderId]: step },
  });
  if (attempt.moved) {
    const { id: orderId, customerId, lines, updatedAt: shippedAt } = order;
    outbox.orderShipped(tx, { orderId, customerId, lines, shippedAt }, context);
  }
  return order;
}
