import type { Database } from "@rabbit-contract/postgres";
import { and, desc, eq, lt } from "drizzle-orm";
import type { StockMovement } from "../movements.ts";
import { products, stockMovements } from "../schema.ts";

export interface MovementQuery {
  readonly sku: string;
  /** The movement to start after: the next one is older. */
  readonly after?: string | undefined;
  readonly limit: number;
}

/** The product's ledger, newest first; undefined if the product does not exist. */
export async function listMovements(
  database: Database,
  query: MovementQuery,
): Promise<StockMovement[] | undefined> {
  const { sku, after, limit } = query;
  const rows = await database.sql
    .select()
    .from(stockMovements)
    .where(and(eq(stockMovements.sku, sku), after === undefined ? undefined : lt(stockMovements.id, after)))
    .orderBy(desc(stockMovements.id))
    .limit(limit);
  if (rows.length === 0) {
    const known = await database.sql
      .select({ sku: products.sku })
      .from(products)
      .where(eq(products.sku, sku));
    if (known.length === 0) return undefined;
  }
  return rows.map(({ note, orderId, ...row }) => ({
    ...row,
    ...(note !== null && { note }),
    ...(orderId !== null && { orderId }),
  }));
}
