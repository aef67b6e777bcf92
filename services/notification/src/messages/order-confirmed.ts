import type { OrderConfirmed } from "@orders/generated/messages";
import { formatMoney } from "../money.ts";
import type { Draft } from "../notification.ts";
import { nameAndSku, paragraphs, summary } from "../text.ts";

export function orderConfirmed({ orderId, customerId, lines, total }: OrderConfirmed): Draft {
  const priced = lines.map(
    ({ quantity, unitPrice, ...line }) =>
      `  ${quantity} × ${nameAndSku(line)} at ${formatMoney(unitPrice)}${quantity > 1 ? " each" : ""}`,
  );
  return {
    customerId,
    orderId,
    kind: "order-confirmed",
    subject: `Your order of ${summary(lines)} is confirmed`,
    body: paragraphs(
      "Thank you for your order. Everything in it is in stock and reserved for you:",
      priced.join("\n"),
      `Total: ${formatMoney(total)}`,
      `Order: ${orderId}`,
    ),
  };
}
