import type { Database } from "@rabbit-contract/postgres";
import { and, asc, eq, gt } from "drizzle-orm";
import { type Product, productOf } from "../product.ts";
import { products } from "../schema.ts";

export interface ProductQuery {
  readonly category?: string | undefined;
  /** The SKU to start after. */
  readonly after?: string | undefined;
  readonly limit: number;
}

/** In order of SKU. */
export async function listProducts(database: Database, query: ProductQuery): Promise<Product[]> {
  const rows = await database.sql
    .select()
    .from(products)
    .where(
      and(
        query.category === undefined ? undefined : eq(products.category, query.category),
        query.after === undefined ? undefined : gt(products.sku, query.after),
      ),
    )
    .orderBy(asc(products.sku))
    .limit(query.limit);
  return rows.map(productOf);
}
