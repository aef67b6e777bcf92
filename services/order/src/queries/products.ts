import type { Transaction } from "@rabbit-contract/postgres";
import { sql } from "drizzle-orm";
import type { Product } from "../pricing.ts";

/** Reads the service's own copy: the names and prices of orders come from here, never from a client. */
export async function readProducts(
  tx: Transaction,
  skus: readonly string[],
): Promise<ReadonlyMap<string, Product>> {
  // Joined: with "sku = any(…)" a generic plan compares each product with each SKU (docs/decisions/indexes.md).
  const { rows } = await tx.sql.execute<{ sku: string; name: string; amount: string; currency: string }>(sql`
    select sku, name, unit_price_amount as amount, currency
    from unnest(${sql.param(skus)}::text[]) as wanted (sku) join products using (sku)`);
  return new Map(
    rows.map(({ sku, name, amount, currency }) => [
      sku,
      { sku, name, unitPrice: { amount: Number(amount), currency } },
    ]),
  );
}
