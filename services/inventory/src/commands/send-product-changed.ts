import type { ProductChanged } from "@orders/generated/messages";
import type { MessageContext } from "@rabbit-contract/messaging";
import { detailsOf, type ProductRow } from "../queries/products.ts";
import type { CommandContext } from "./context.ts";

export function sendProductChanged(
  { tx, outbox }: CommandContext,
  row: ProductRow,
  cause?: MessageContext,
): void {
  const { version, updatedAt } = row;
  const payload: ProductChanged = { ...detailsOf(row), version, changedAt: updatedAt.toISOString() };
  outbox.productChanged(tx, payload, cause);
}
