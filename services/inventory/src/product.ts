import type { InventoryOutbox } from "@orders/generated/inventory";
import type { Money, ProductChanged } from "@orders/generated/messages";
import type { TraceContext } from "@rabbit-contract/messaging";
import type { Transaction } from "@rabbit-contract/postgres";
import type { products } from "./schema.ts";

/** What people say about a product. */
export interface ProductDetails {
  readonly sku: string;
  readonly name: string;
  readonly description?: string;
  readonly category?: string;
  readonly unitPrice: Money;
  /** Available pieces at or below which the operators are told; absent for never. */
  readonly lowStockThreshold?: number;
}

export interface Product extends ProductDetails {
  readonly stock: { readonly onHand: number; readonly reserved: number; readonly available: number };
}

export type ProductRow = typeof products.$inferSelect;

export function detailsOf(row: ProductRow): ProductDetails {
  return {
    sku: row.sku,
    name: row.name,
    ...(row.description !== null && { description: row.description }),
    ...(row.category !== null && { category: row.category }),
    unitPrice: { amount: row.unitPriceAmount, currency: row.currency },
    ...(row.lowStockThreshold !== null && { lowStockThreshold: row.lowStockThreshold }),
  };
}

export function productOf(row: ProductRow): Product {
  const { onHand, reserved } = row;
  return { ...detailsOf(row), stock: { onHand, reserved, available: onHand - reserved } };
}

/** Tells everybody the whole product as it is now. */
export function sendProductChanged(
  tx: Transaction,
  outbox: InventoryOutbox<Transaction>,
  row: ProductRow,
  trace: TraceContext,
): void {
  const payload: ProductChanged = {
    ...detailsOf(row),
    version: row.version,
    changedAt: row.updatedAt.toISOString(),
  };
  outbox.productChanged(tx, payload, trace);
}
