/** The service's own copy of the products: names and prices of orders come from here, never from a client. */

import type { OrderProductsHandlers } from "@orders/generated/order";
import { allDone } from "@rabbit-contract/messaging";
import type { Transaction } from "@rabbit-contract/postgres";
import { sql } from "drizzle-orm";
import type { Product } from "../commands/price-order.ts";

/** Keeps the copy. Each message carries the whole product, so only the highest version counts, whenever it comes. */
export const productHandlers: OrderProductsHandlers<Transaction> = {
  async productChanged(deliveries, tx) {
    await upsertProducts(
      tx,
      deliveries.map(({ payload: { sku, version, name, unitPrice } }) => ({ sku, version, name, unitPrice })),
    );
    return allDone(deliveries);
  },
};

export interface ProductVersion extends Product {
  readonly version: number;
}

/** Several versions of a product may come at once, in any sequence; lower or equal ones change nothing. */
export async function upsertProducts(tx: Transaction, versions: readonly ProductVersion[]): Promise<void> {
  // Sorted by SKU, so that two replicas lock the rows in the same sequence.
  await tx.sql.execute(sql`
    insert into products (sku, version, name, unit_price_amount, currency)
    select distinct on (sku) sku, version, name, ("unitPrice"->>'amount')::bigint, "unitPrice"->>'currency'
    from jsonb_to_recordset(${JSON.stringify(versions)}::jsonb) as changed
      (sku text, version int, name text, "unitPrice" jsonb)
    order by sku, version desc
    on conflict (sku) do update set
      version = excluded.version, name = excluded.name,
      unit_price_amount = excluded.unit_price_amount, currency = excluded.currency
    where products.version < excluded.version`);
}

export async function readProducts(
  tx: Transaction,
  skus: readonly string[],
): Promise<ReadonlyMap<string, Product>> {
  // Joined: with "sku = any(…)" and a plan made for any number of SKUs, PostgreSQL compares each product with each SKU, as
  // long as the table is small enough to be read whole (200 of 1,000 products took 12 times as long).
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
