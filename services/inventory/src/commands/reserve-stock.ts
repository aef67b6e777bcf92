import type { Shortage } from "@orders/generated/messages";
import type { Transaction } from "@rabbit-contract/postgres";
import { sql } from "drizzle-orm";
import type { ReservedLine } from "../schema.ts";
import {
  available,
  fellToThreshold,
  type LowStock,
  lockStock,
  type Stock,
  sendStockLow,
  writeStock,
} from "../stock.ts";
import type { Caused, CommandContext } from "./context.ts";

export interface OrderToReserve extends Caused {
  /** In lower case. */
  readonly orderId: string;
  /** Each product is on one line only. */
  readonly lines: readonly ReservedLine[];
}

/**
 * Reserves all lines of each order or none, in the given order, and answers each with `stock.reserved` or
 * `stock.rejected`. An order that is already known, even as cancelled before it arrived, changes nothing and
 * is not answered again.
 */
export async function reserveStock(
  context: CommandContext,
  orders: readonly OrderToReserve[],
): Promise<void> {
  const { tx, outbox } = context;
  if (orders.length === 0) return;
  // Sent together, reservations first. Products of orders that turn out to be known are locked unnecessarily; such
  // orders are rare.
  const [fresh, stocks] = await Promise.all([
    insertReservations(tx, orders),
    lockStock(
      tx,
      orders.flatMap((order) => order.lines.map((line) => line.sku)),
    ),
  ]);
  const { rejected, changed, low } = allocate(fresh, stocks);
  writeStock(tx, changed);
  markRejected(tx, rejected);

  const now = new Date().toISOString();
  for (const { orderId, cause } of fresh) {
    const shortages = rejected.get(orderId);
    if (shortages) outbox.stockRejected(tx, { orderId, shortages, rejectedAt: now }, cause);
    else outbox.stockReserved(tx, { orderId, reservedAt: now }, cause);
  }
  sendStockLow(context, low);
}

/**
 * Inserts unknown orders and returns them in the given order. They are `reserved` until the allocation
 * rejects them: they are not visible before the commit, and another transaction that inserts the same order waits for it.
 */
async function insertReservations(
  tx: Transaction,
  orders: readonly OrderToReserve[],
): Promise<readonly OrderToReserve[]> {
  const first = new Map<string, OrderToReserve>();
  for (const order of orders) if (!first.has(order.orderId)) first.set(order.orderId, order);
  const candidates = [...first.values()];
  const values = candidates.map(({ orderId, lines }) => ({
    orderId,
    lines: lines.map(({ sku, quantity }) => ({ sku, quantity })),
  }));
  const { rows } = await tx.sql.execute<{ order_id: string }>(sql`
    insert into reservations (order_id, status, lines)
    select "orderId", 'reserved', lines
    from json_to_recordset(${JSON.stringify(values)}::json) as new ("orderId" uuid, lines jsonb)
    order by "orderId"
    on conflict do nothing
    returning order_id`);
  const inserted = new Set(rows.map((row) => row.order_id));
  return candidates.filter((order) => inserted.has(order.orderId));
}

interface Allocation {
  readonly rejected: ReadonlyMap<string, Shortage[]>;
  readonly changed: ReadonlySet<Stock>;
  readonly low: readonly LowStock[];
}

/** Changes `stocks` in place. */
function allocate(orders: readonly OrderToReserve[], stocks: ReadonlyMap<string, Stock>): Allocation {
  const rejected = new Map<string, Shortage[]>();
  const changed = new Set<Stock>();
  const low: LowStock[] = [];
  for (const { orderId, lines, cause } of orders) {
    const shortages = shortagesOf(lines, stocks);
    if (shortages.length > 0) {
      rejected.set(orderId, shortages);
      continue;
    }
    for (const { sku, quantity } of lines) {
      const stock = stocks.get(sku);
      if (!stock) continue; // cannot happen: an unknown product is a shortage
      const before = available(stock);
      stock.reserved += quantity;
      changed.add(stock);
      if (fellToThreshold(stock, before)) low.push({ stock, cause });
    }
  }
  return { rejected, changed, low };
}

function shortagesOf(lines: readonly ReservedLine[], stocks: ReadonlyMap<string, Stock>): Shortage[] {
  return lines.flatMap(({ sku, quantity }) => {
    const stock = stocks.get(sku);
    const left = stock ? available(stock) : 0;
    return left < quantity ? [{ sku, requested: quantity, available: left }] : [];
  });
}

function markRejected(tx: Transaction, rejected: ReadonlyMap<string, Shortage[]>): void {
  if (rejected.size === 0) return;
  const values = [...rejected].map(([orderId, shortages]) => ({ orderId, shortages }));
  tx.send(sql`
    update reservations
    set status = 'rejected', shortages = rejected.shortages
    from json_to_recordset(${JSON.stringify(values)}::json) as rejected ("orderId" uuid, shortages jsonb)
    where order_id = rejected."orderId"`);
}
