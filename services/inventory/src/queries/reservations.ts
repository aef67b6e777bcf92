import type { Shortage } from "@orders/generated/messages";
import type { Database } from "@rabbit-contract/postgres";
import { eq } from "drizzle-orm";
import type { ReservationStatus } from "../reservations.ts";
import { type ReservedLine, reservations } from "../schema.ts";

export interface Reservation {
  readonly orderId: string;
  readonly status: ReservationStatus;
  /** Empty if the order was cancelled or expired before its lines arrived here. */
  readonly lines: readonly ReservedLine[];
  /** Of a `rejected` reservation. */
  readonly shortages?: readonly Shortage[];
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

/** Undefined if the order is not known here, or not yet. */
export async function getReservation(database: Database, orderId: string): Promise<Reservation | undefined> {
  const [row] = await database.sql.select().from(reservations).where(eq(reservations.orderId, orderId));
  if (!row) return undefined;
  const { shortages, ...rest } = row;
  return { ...rest, ...(shortages !== null && { shortages }) };
}
