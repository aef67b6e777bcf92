import type { OrderShipped } from "@orders/generated/messages";
import type { Draft } from "../notification.ts";
import { nameAndSku, paragraphs, summary } from "../text.ts";

export function orderShipped({ orderId, customerId, lines }: OrderShipped): Draft {
  return {
    customerId,
    orderId,
    kind: "order-shipped",
    subject: `Your order of ${summary(lines)} is on its way`,
    body: paragraphs(
      "Your order has left our warehouse:",
      lines.map(({ quantity, ...line }) => `  ${quantity} × ${nameAndSku(line)}`).join("\n"),
      `Order: ${orderId}`,
    ),
  };
}
