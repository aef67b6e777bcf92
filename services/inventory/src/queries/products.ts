import type { Database } from "@rabbit-contract/postgres";
import { and, asc, eq, gt, sql } from "drizzle-orm";
import type { Product, ProductDetails } from "../product.ts";
import { products } from "../schema.ts";

export type ProductRow = typeof products.$inferSelect;

export async function getProduct(database: Database, sku: string): Promise<Product | undefined> {
  const [row] = await database.sql.select().from(products).where(eq(products.sku, sku));
  return row && productOf(row);
}

export interface ProductQuery {
  readonly sku?: string | undefined;
  readonly category?: string | undefined;
  /** Only products whose available stock has fallen to their threshold. */
  readonly lowStock?: boolean | undefined;
  /** The SKU to start after. */
  readonly after?: string | undefined;
  readonly limit: number;
}

/** In order of SKU. */
export async function listProducts(database: Database, query: ProductQuery): Promise<Product[]> {
  const { sku, category, lowStock, after, limit } = query;
  const rows = await database.sql
    .select()
    .from(products)
    .where(
      and(
        sku === undefined ? undefined : eq(products.sku, sku),
        category === undefined ? undefined : eq(products.category, category),
        lowStock ? isLow : undefined,
        after === undefined ? undefined : gt(products.sku, after),
      ),
    )
    .orderBy(asc(products.sku))
    .limit(limit);
  return rows.map(productOf);
}

/** The index of products with a threshold serves it. One of products that are low would be written at each reservation. */
const isLow = sql`${products.lowStockThreshold} is not null
  and ${products.onHand} - ${products.reserved} <= ${products.lowStockThreshold}`;

export function productOf(row: ProductRow): Product {
  const { onHand, reserved } = row;
  return { ...detailsOf(row), stock: { onHand, reserved, available: onHand - reserved } };
}

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
