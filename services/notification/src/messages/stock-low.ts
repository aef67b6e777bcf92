import type { StockLow } from "@orders/generated/messages";
import type { Draft } from "../notification.ts";
import { count, nameAndSku, paragraphs } from "../text.ts";

export function stockLow({ sku, name, available, threshold }: StockLow): Draft {
  const product = nameAndSku({ sku, name });
  return {
    sku,
    kind: "stock-low",
    subject: available === 0 ? `Sold out: ${product}` : `Stock is low: ${available} left of ${product}`,
    body: paragraphs(
      available === 0
        ? `Nothing is left of ${product}.`
        : `Only ${count(available, "piece is", "pieces are")} left of ${product}.`,
      `Its low-stock threshold is ${threshold}.`,
    ),
  };
}
