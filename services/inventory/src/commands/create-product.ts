import type { InventoryOutbox } from "@orders/generated/inventory";
import type { TraceContext } from "@rabbit-contract/messaging";
import type { Database, Transaction } from "@rabbit-contract/postgres";
import { ProductExistsError } from "../errors.ts";
import { type Product, type ProductDetails, productOf, sendProductChanged } from "../product.ts";
import { products } from "../schema.ts";

/**
 * Creates a product with nothing on hand, and sends its first `product.changed`.
 * @throws ProductExistsError
 */
export function createProduct(
  database: Database,
  outbox: InventoryOutbox<Transaction>,
  details: ProductDetails,
  trace: TraceContext = {},
): Promise<Product> {
  const { unitPrice, ...rest } = details;
  return database.transaction(async (tx) => {
    const [row] = await tx.sql
      .insert(products)
      .values({ ...rest, unitPriceAmount: unitPrice.amount, currency: unitPrice.currency, version: 1 })
      .onConflictDoNothing()
      .returning();
    if (!row) throw new ProductExistsError(details.sku);
    sendProductChanged(tx, outbox, row, trace);
    return productOf(row);
  });
}
