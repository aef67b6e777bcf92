import type { OrderCancelled } from "@orders/generated/messages";
import type { Draft } from "../notification.ts";
import { paragraphs } from "../text.ts";

export function orderCancelled({ orderId, customerId, previousStatus }: OrderCancelled): Draft {
  return {
    customerId,
    orderId,
    kind: "order-cancelled",
    subject: `Your order ${orderId} is cancelled`,
    body: paragraphs(
      previousStatus === "confirmed"
        ? "Your order was cancelled. Nothing is reserved for you any more."
        : "Your order was cancelled before it was confirmed.",
      `Order: ${orderId}`,
    ),
  };
}
