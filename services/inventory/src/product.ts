import type { Money } from "@orders/generated/messages";

/** The editable fields of a product. */
export interface ProductDetails {
  readonly sku: string;
  readonly name: string;
  readonly description?: string;
  readonly category?: string;
  readonly unitPrice: Money;
  /** `stock.low` is sent when the available stock falls to it; absent for never. */
  readonly lowStockThreshold?: number;
}

export interface Product extends ProductDetails {
  readonly stock: { readonly onHand: number; readonly reserved: number; readonly available: number };
}
