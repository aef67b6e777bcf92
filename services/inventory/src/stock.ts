/** Stock rows, locked, changed in memory and written back with one statement. */
import type { MessageContext } from "@rabbit-contract/messaging";
import type { Transaction } from "@rabbit-contract/postgres";
import { sql } from "drizzle-orm";
import type { CommandContext } from "./commands/context.ts";

/** A product's stock as the transaction sees it. */
export interface Stock {
  readonly sku: string;
  readonly name: string;
  readonly lowStockThreshold: number | null;
  onHand: number;
  reserved: number;
}

/** A product whose available stock fell to its threshold. */
export interface LowStock {
  readonly stock: Stock;
  readonly cause: MessageContext | undefined;
}

export function available(stock: Pick<Stock, "onHand" | "reserved">): number {
  return stock.onHand - stock.reserved;
}

/** Locks the products until the transaction ends. Unknown ones are missing from the map. */
export async function lockStock(tx: Transaction, skus: Iterable<string>): Promise<Map<string, Stock>> {
  // Sorted, so that two transactions that want the same products cannot deadlock.
  const { rows } = await tx.sql.execute<Stock & Record<string, unknown>>(sql`
    select sku, name, low_stock_threshold as "lowStockThreshold", on_hand as "onHand", reserved
    from products
    where sku = any(${sql.param([...new Set(skus)])}::text[])
    order by sku
    for update`);
  return new Map(rows.map((row) => [row.sku, row]));
}

/** Sends the update of locked products; it completes before the transaction commits. */
export function writeStock(tx: Transaction, stocks: Iterable<Stock>): void {
  const changed = [...stocks];
  if (changed.length === 0) return;
  tx.send(sql`
    update products
    set on_hand = changed.on_hand, reserved = changed.reserved
    from unnest(
      ${sql.param(changed.map((stock) => stock.sku))}::text[],
      ${sql.param(changed.map((stock) => stock.onHand))}::int[],
      ${sql.param(changed.map((stock) => stock.reserved))}::int[]
    ) as changed (sku, on_hand, reserved)
    where products.sku = changed.sku`);
}

/** True if a change took the available stock from above the threshold to it or below. */
export function fellToThreshold(stock: Stock, availableBefore: number): boolean {
  const { lowStockThreshold: threshold } = stock;
  return threshold !== null && availableBefore > threshold && available(stock) <= threshold;
}

/** Sends `stock.low`, once for each product. */
export function sendStockLow({ tx, outbox }: CommandContext, low: Iterable<LowStock>): void {
  const observedAt = new Date().toISOString();
  for (const { stock, cause } of low) {
    const { sku, name, lowStockThreshold } = stock;
    if (lowStockThreshold === null) continue;
    const payload = { sku, name, available: available(stock), threshold: lowStockThreshold, observedAt };
    outbox.stockLow(tx, payload, cause);
  }
}
