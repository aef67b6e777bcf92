/** Stock with a known SKU and order. */
import { sql } from "drizzle-orm";
import { createProduct } from "../src/commands/create-product.ts";
import { recordMovement } from "../src/commands/record-movement.ts";
import { reserveStock } from "../src/commands/reserve-stock.ts";
import type { TestInventory } from "../testing/inventory.ts";

export const sku = "LAMP-01";
export const orderId = "019a4f2e-7b10-7c3a-9d51-3f2a6b8c1d01";

export type Inventory = Pick<TestInventory, "database" | "run">;

export async function reset({ database }: Inventory): Promise<void> {
  for (const table of ["stock_movements", "reservations", "products", "outbox"]) {
    await database.sql.execute(sql`delete from ${sql.identifier(table)}`);
  }
}

export async function makeProduct(
  { run }: Inventory,
  { onHand = 0, lowStockThreshold }: { onHand?: number; lowStockThreshold?: number } = {},
): Promise<void> {
  await run((context) =>
    createProduct(context, {
      sku,
      name: "Desk lamp",
      category: "lighting",
      unitPrice: { amount: 3950, currency: "EUR" },
      ...(lowStockThreshold !== undefined && { lowStockThreshold }),
    }),
  );
  if (onHand > 0)
    await run((context) => recordMovement(context, { sku, quantity: onHand, reason: "receipt" }));
}

/** Resets to one product and one order that it is reserved for. */
export async function reserve(inventory: Inventory): Promise<void> {
  await reset(inventory);
  await makeProduct(inventory, { onHand: 10 });
  const order = { orderId, lines: [{ sku, quantity: 2 }] };
  await inventory.run((context) => reserveStock(context, [order]));
}
