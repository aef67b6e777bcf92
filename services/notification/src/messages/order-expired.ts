import type { OrderExpired } from "@orders/generated/messages";
import type { Draft } from "../notification.ts";
import { paragraphs } from "../text.ts";

export function orderExpired({ orderId, customerId }: OrderExpired): Draft {
  return {
    customerId,
    orderId,
    kind: "order-expired",
    subject: `Your order ${orderId} has expired`,
    body: paragraphs(
      "We are sorry: we could not confirm your order in time, so it has expired. Nothing is reserved for you.",
      "Please order again.",
      `Order: ${orderId}`,
    ),
  };
}
