import type { Database } from "@rabbit-contract/postgres";
import { eq } from "drizzle-orm";
import { UnknownProductError } from "../errors.ts";
import { type Product, productOf } from "../product.ts";
import { products } from "../schema.ts";

/** @throws UnknownProductError */
export async function getProduct(database: Database, sku: string): Promise<Product> {
  const [row] = await database.sql.select().from(products).where(eq(products.sku, sku));
  if (!row) throw new UnknownProductError(sku);
  return productOf(row);
}
