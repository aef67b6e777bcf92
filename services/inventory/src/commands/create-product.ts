import type { Product, ProductDetails } from "../product.ts";
import { productOf } from "../queries/products.ts";
import { ProductExists } from "../refusals.ts";
import { products } from "../schema.ts";
import type { Caused, CommandContext } from "./context.ts";
import { sendProductChanged } from "./send-product-changed.ts";

export interface NewProduct extends ProductDetails, Caused {}

/**
 * Creates a product with nothing on hand, and sends its first `product.changed`.
 * @throws ProductExists
 */
export async function createProduct(
  context: CommandContext,
  { cause, unitPrice, ...details }: NewProduct,
): Promise<Product> {
  const [row] = await context.tx.sql
    .insert(products)
    .values({ ...details, unitPriceAmount: unitPrice.amount, currency: unitPrice.currency, version: 1 })
    .onConflictDoNothing()
    .returning();
  if (!row) throw new ProductExists(details.sku);
  sendProductChanged(context, row, cause);
  return productOf(row);
}
