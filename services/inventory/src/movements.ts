/** Writes the ledger. The caller changes the stock on hand in the same transaction. */
import { uuidv7 } from "@rabbit-contract/messaging";
import type { Transaction } from "@rabbit-contract/postgres";
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
  readonly createdAt: Date;
}

/** Gives a movement its id and time. */
export function movementNow(movement: NewMovement): StockMovement {
  return { id: uuidv7(), ...movement, createdAt: new Date() };
}

/** Inserts all movements with one statement. */
export async function insertMovements(tx: Transaction, movements: readonly StockMovement[]): Promise<void> {
  if (movements.length === 0) return;
  await tx.sql.execute(sql`
    insert into stock_movements (id, sku, quantity, reason, note, order_id, created_at)
    select id, sku, quantity, reason, note, "orderId", "createdAt"
    from json_to_recordset(${JSON.stringify(movements)}::json) as movement
      (id uuid, sku text, quantity int, reason text, note text, "orderId" uuid, "createdAt" timestamptz)`);
}
