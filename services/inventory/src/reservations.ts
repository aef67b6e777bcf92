/** Locked reservations and their lines. */
import type { Transaction } from "@rabbit-contract/postgres";
import { sql } from "drizzle-orm";
import type { ReservedLine, reservations } from "./schema.ts";
import { lockStock, type Stock, writeStock } from "./stock.ts";

export type ReservationStatus = (typeof reservations.$inferSelect)["status"];

export interface HeldReservation {
  readonly orderId: string;
  readonly status: ReservationStatus;
  readonly lines: readonly ReservedLine[];
}

/** Locks the orders' reservations until the transaction ends. Orders without one are missing from the map. */
export async function lockReservations(
  tx: Transaction,
  orderIds: readonly string[],
): Promise<Map<string, HeldReservation>> {
  // Before any product, and sorted, so that two transactions cannot deadlock.
  const { rows } = await tx.sql.execute<HeldReservation & Record<string, unknown>>(sql`
    select order_id as "orderId", status, lines
    from reservations
    where order_id = any(${sql.param(orderIds)}::uuid[])
    order by order_id
    for update`);
  return new Map(rows.map((row) => [row.orderId, row]));
}

/**
 * Ends locked reservations that are `reserved`: calls `change` for each line with the product's stock, and gives
 * every reservation the status.
 */
export async function endReservations(
  tx: Transaction,
  ending: readonly HeldReservation[],
  status: "released" | "taken",
  change: (stock: Stock, quantity: number) => void,
): Promise<void> {
  if (ending.length === 0) return;
  const lines = ending.flatMap((reservation) => reservation.lines);
  const stocks = await lockStock(
    tx,
    lines.map((line) => line.sku),
  );
  for (const { sku, quantity } of lines) {
    const stock = stocks.get(sku);
    if (!stock) throw new Error(`cannot end a reservation of "${sku}": the product is gone`);
    change(stock, quantity);
  }
  writeStock(tx, stocks.values());
  const orderIds = ending.map((reservation) => reservation.orderId);
  tx.send(sql`
    update reservations set status = ${status}, updated_at = now()
    where order_id = any(${sql.param(orderIds)}::uuid[])`);
}
