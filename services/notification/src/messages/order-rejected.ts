import type { OrderRejected, Shortage } from "@orders/generated/messages";
import type { Draft } from "../notification.ts";
import { count, paragraphs } from "../text.ts";

export function orderRejected({ orderId, customerId, shortages }: OrderRejected): Draft {
  const [first, ...others] = shortages;
  const more =
    others.length > 0 ? `, and ${count(others.length, "more product is", "more products are")} short` : "";
  return {
    customerId,
    orderId,
    kind: "order-rejected",
    subject: `We cannot fulfil your order${first ? `: ${shortage(first)}${more}` : ""}`,
    body: paragraphs(
      "We are sorry: there is not enough in stock for your order, so we have not accepted it. This is short:",
      shortages
        .map(({ sku, requested, available }) => `  ${sku}: ${requested} ordered, ${available} available`)
        .join("\n"),
      "Nothing is reserved for you. Please order again with what is available.",
      `Order: ${orderId}`,
    ),
  };
}

function shortage({ sku, available }: Shortage): string {
  return available === 0 ? `${sku} is out of stock` : `only ${available} of ${sku} in stock`;
}
