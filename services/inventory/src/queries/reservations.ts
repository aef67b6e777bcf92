import type { Shortage } from "@orders/generated/messages";
import { type Database, rfc3339 } from "@rabbit-contract/postgres";
import { sql } from "drizzle-orm";
import type { ReservationStatus } from "../reservations.ts";
import type { ReservedLine } from "../schema.ts";

export interface Reservation {
  readonly orderId: string;
  readonly status: ReservationStatus;
  /** Empty if the order was cancelled or expired before its lines arrived here. */
  readonly lines: ReservedLine[];
  /** Of a `rejected` reservation. */
  readonly shortages?: Shortage[];
  readonly createdAt: string;
  readonly updatedAt: string;
}

/** Undefined if the order is not known here, or not yet. */
export async function getReservation(database: Database, orderId: string): Promise<Reservation | undefined> {
  const { rows } = await database.sql.execute<{ reservation: Reservation }>(sql`
    select json_strip_nulls(json_build_object(
      'orderId', order_id, 'status', status, 'lines', lines, 'shortages', shortages,
      'createdAt', ${rfc3339(sql`created_at`)}, 'updatedAt', ${rfc3339(sql`updated_at`)})) as reservation
    from reservations where order_id = ${orderId}`);
  return rows[0]?.reservation;
}
