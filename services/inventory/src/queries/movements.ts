import type { Database } from "@rabbit-contract/postgres";
import { sql } from "drizzle-orm";
import type { MovementReason, StockMovement } from "../movements.ts";

/** A movement, and the pieces on hand after it. */
export interface LedgerEntry extends StockMovement {
  readonly balance: number;
}

export interface MovementQuery {
  readonly sku: string;
  /** The entry to start after: the next one is older. */
  readonly after?: Pick<LedgerEntry, "id" | "quantity" | "balance"> | undefined;
  readonly limit: number;
}

interface Row extends Record<string, unknown> {
  readonly on_hand: number;
  readonly id: string | null;
  readonly quantity: number;
  readonly reason: MovementReason;
  readonly note: string | null;
  readonly order_id: string | null;
  readonly created_at: string;
}

/**
 * The product's ledger, newest first; undefined if the product does not exist. Balances are computed backwards from the
 * stock on hand, read in the same statement, or from the entry before: no page reads more of the ledger than it
 * returns.
 */
export async function listMovements(
  database: Pick<Database, "sql">,
  { sku, after, limit }: MovementQuery,
): Promise<LedgerEntry[] | undefined> {
  const behind = after === undefined ? sql`` : sql`and id < ${after.id}`;
  const { rows } = await database.sql.execute<Row>(sql`
    select on_hand, movement.*
    from products left join lateral (
      select id, quantity, reason, note, order_id, created_at from stock_movements
      where stock_movements.sku = products.sku ${behind}
      order by id desc limit ${limit}
    ) as movement on true
    where products.sku = ${sku}
    order by movement.id desc`);
  const [first] = rows;
  if (first === undefined) return undefined;
  let balance = after === undefined ? first.on_hand : after.balance - after.quantity;
  return rows.flatMap(({ id, quantity, reason, note, order_id: orderId, created_at }) => {
    if (id === null) return [];
    const entry: LedgerEntry = {
      id,
      sku,
      quantity,
      reason,
      ...(note !== null && { note }),
      ...(orderId !== null && { orderId }),
      createdAt: new Date(created_at),
      balance,
    };
    balance -= quantity;
    return [entry];
  });
}
