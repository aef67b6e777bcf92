import { createProduct, type NewProduct } from "@orders/stack/rest";
import { waitFor } from "@rabbit-contract/messaging/testing";
import { rest } from "./rest.ts";
import type { FaultSystem } from "./system.ts";

export interface Line {
  readonly sku: string;
  readonly quantity: number;
}

export interface Product extends NewProduct {
  /** Never runs low. */
  readonly plenty?: boolean;
}

export const plenty = (sku: string, orders: number): Product => ({ sku, onHand: 100 * orders, plenty: true });

/** Products for this many orders: half are plentiful, half run low and then out. */
export function productsFor(orders: number): Product[] {
  const scarce = Math.ceil(orders / 8);
  return Array.from({ length: 20 }, (_, index) => {
    const sku = `SKU-${String(index).padStart(2, "0")}`;
    if (index % 2 === 1) return plenty(sku, orders);
    return { sku, onHand: scarce, lowStockThreshold: Math.ceil(scarce / 4) };
  });
}

/** Creates them through the REST interface, and returns once the order service knows them all. */
export async function createProducts(system: FaultSystem, products: readonly Product[]): Promise<void> {
  for (const product of products) await createProduct(rest(system), product);
  await waitFor(
    async () => {
      const [row] = await system.sql<{ known: number }>(
        "order",
        "select count(*)::int as known from products",
      );
      return row?.known === products.length;
    },
    { what: "the order service to know the products" },
  );
}
