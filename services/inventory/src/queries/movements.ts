import { type Database, rfc3339 } from "@rabbit-contract/postgres";
import { sql } from "drizzle-orm";
import type { StockMovement } from "../movements.ts";

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
  const { rows } = await database.sql.execute<{ onHand: number; movement: StockMovement | null }>(sql`
    select on_hand as "onHand", movement
    from products left join lateral (
      select id, json_strip_nulls(json_build_object(
        'id', id, 'sku', sku, 'quantity', quantity, 'reason', reason, 'note', note, 'orderId', order_id,
        'createdAt', ${rfc3339(sql`created_at`)})) as movement
      from stock_movements
      where stock_movements.sku = products.sku ${behind}
      order by id desc limit ${limit}
    ) as page on true
    where products.sku = ${sku}
    order by page.id desc`);
  const [first] = rows;
  if (first === undefined) return undefined;
  let balance = after === undefined ? first.onHand : after.balance - after.quantity;
  return rows.flatMap(({ movement }) => {
    if (movement === null) return [];
    const entry = { ...movement, balance };
    balance -= movement.quantity;
    return [entry];
  });
}
