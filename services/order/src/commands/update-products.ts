import type { Transaction } from "@rabbit-contract/postgres";
import { sql } from "drizzle-orm";
import type { Product } from "../pricing.ts";

export interface ProductVersion extends Product {
  readonly version: number;
}

/**
 * Updates the service's own copy of products. Several versions of a product may come at once, in any order; lower or
 * equal ones change nothing.
 */
export async function updateProducts(
  { tx }: { readonly tx: Transaction },
  versions: readonly ProductVersion[],
): Promise<void> {
  // Sorted by SKU, so that two replicas cannot deadlock.
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
