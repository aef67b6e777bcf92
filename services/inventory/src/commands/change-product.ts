import type { InventoryOutbox } from "@orders/generated/inventory";
import type { TraceContext } from "@rabbit-contract/messaging";
import type { Database, Transaction } from "@rabbit-contract/postgres";
import { eq } from "drizzle-orm";
import { UnknownProductError } from "../errors.ts";
import { type Product, type ProductRow, productOf, sendProductChanged } from "../product.ts";
import { products } from "../schema.ts";

/** A JSON merge patch (RFC 7396): what is absent stays, null removes. */
export interface ProductPatch {
  readonly name?: string;
  readonly description?: string | null;
  readonly category?: string | null;
  readonly unitPrice?: { readonly amount?: number; readonly currency?: string };
  readonly lowStockThreshold?: number | null;
}

/**
 * Makes the product's next version and sends it as `product.changed`. A patch that changes nothing makes no
 * version and sends nothing.
 * @throws UnknownProductError
 */
export function changeProduct(
  database: Database,
  outbox: InventoryOutbox<Transaction>,
  sku: string,
  patch: ProductPatch,
  trace: TraceContext = {},
): Promise<Product> {
  return database.transaction(async (tx) => {
    const [row] = await tx.sql.select().from(products).where(eq(products.sku, sku)).for("update");
    if (!row) throw new UnknownProductError(sku);
    const changes = changesTo(row, patch);
    if (Object.keys(changes).length === 0) return productOf(row);
    const [changed] = await tx.sql
      .update(products)
      .set({ ...changes, version: row.version + 1, updatedAt: new Date() })
      .where(eq(products.sku, sku))
      .returning();
    if (!changed) throw new UnknownProductError(sku);
    sendProductChanged(tx, outbox, changed, trace);
    return productOf(changed);
  });
}

/** The columns that get another value. */
function changesTo(row: ProductRow, { unitPrice, ...rest }: ProductPatch): Partial<ProductRow> {
  const wanted: Partial<ProductRow> = {
    ...rest,
    ...(unitPrice?.amount !== undefined && { unitPriceAmount: unitPrice.amount }),
    ...(unitPrice?.currency !== undefined && { currency: unitPrice.currency }),
  };
  const current: Readonly<Record<string, unknown>> = { ...row };
  return Object.fromEntries(Object.entries(wanted).filter(([column, value]) => value !== current[column]));
}
