import { eq, sql } from "drizzle-orm";
import type { Product } from "../product.ts";
import { type ProductRow, productOf } from "../queries/products.ts";
import { UnknownProduct } from "../refusals.ts";
import { products } from "../schema.ts";
import type { Caused, CommandContext } from "./context.ts";
import { sendProductChanged } from "./send-product-changed.ts";

const now = sql`now()`;

/** A JSON merge patch (RFC 7396): what is absent stays, null removes. */
export interface ProductPatch {
  readonly name?: string;
  readonly description?: string | null;
  readonly category?: string | null;
  readonly unitPrice?: { readonly amount?: number; readonly currency?: string };
  readonly lowStockThreshold?: number | null;
}

export interface ProductChange extends Caused {
  readonly sku: string;
  readonly patch: ProductPatch;
}

/**
 * Creates the product's next version and sends it as `product.changed`. A patch that changes nothing creates no
 * version and sends nothing.
 * @throws UnknownProduct
 */
export async function changeProduct(
  context: CommandContext,
  { sku, patch, cause }: ProductChange,
): Promise<Product> {
  const { sql } = context.tx;
  const [row] = await sql.select().from(products).where(eq(products.sku, sku)).for("update");
  if (!row) throw new UnknownProduct(sku);
  const changes = changesTo(row, patch);
  if (Object.keys(changes).length === 0) return productOf(row);
  const [changed] = await sql
    .update(products)
    .set({ ...changes, version: row.version + 1, updatedAt: now })
    .where(eq(products.sku, sku))
    .returning();
  if (!changed) throw new UnknownProduct(sku);
  sendProductChanged(context, changed, cause);
  return productOf(changed);
}

/** The columns whose value changes. */
function changesTo(row: ProductRow, { unitPrice, ...rest }: ProductPatch): Partial<ProductRow> {
  const wanted: Partial<ProductRow> = {
    ...rest,
    ...(unitPrice?.amount !== undefined && { unitPriceAmount: unitPrice.amount }),
    ...(unitPrice?.currency !== undefined && { currency: unitPrice.currency }),
  };
  const current: Readonly<Record<string, unknown>> = { ...row };
  return Object.fromEntries(Object.entries(wanted).filter(([column, value]) => value !== current[column]));
}
