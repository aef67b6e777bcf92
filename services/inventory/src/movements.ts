/** Writes the ledger. The caller changes the stock on hand in the same transaction. */
import { newUuid, rfc3339, type Transaction } from "@rabbit-contract/postgres";
import { sql } from "drizzle-orm";
import type { stockMovements } from "./schema.ts";

export type MovementReason = (typeof stockMovements.$inferSelect)["reason"];

export interface NewMovement {
  readonly sku: string;
  /** Pieces received (positive) or removed (negative); never 0. */
  readonly quantity: number;
  readonly reason: MovementReason;
  readonly note?: string;
  readonly orderId?: string;
}

export interface StockMovement extends NewMovement {
  /** UUIDv7. */
  readonly id: string;
  readonly createdAt: string;
}

/** Inserts all movements with one statement, in their order. Their ids and times are those of the database's clock. */
export async function insertMovements(
  tx: Transaction,
  movements: readonly NewMovement[],
): Promise<StockMovement[]> {
  if (movements.length === 0) return [];
  const { rows } = await tx.sql.execute<{ id: string; createdAt: string }>(sql`
    insert into stock_movements (id, sku, quantity, reason, note, order_id)
    select ${newUuid}, sku, quantity, reason, note, "orderId"
    from json_to_recordset(${JSON.stringify(movements)}::json) as movement
      (sku text, quantity int, reason text, note text, "orderId" uuid)
    returning id, ${rfc3339(sql`created_at`)} as "createdAt"`);
  return movements.flatMap((movement, index) => {
    const row = rows[index];
    return row === undefined ? [] : [{ id: row.id, ...movement, createdAt: row.createdAt }];
  });
}
