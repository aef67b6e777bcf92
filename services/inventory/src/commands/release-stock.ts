import { sql } from "drizzle-orm";
import { endReservations, lockReservations } from "../reservations.ts";
import type { CommandContext } from "./context.ts";

/**
 * Releases the reservations of cancelled or expired orders, once however often it is called. An order that is not known
 * yet is recorded as `released`, so that nothing is reserved for it when it arrives.
 */
export async function releaseStock({ tx }: CommandContext, orderIds: readonly string[]): Promise<void> {
  if (orderIds.length === 0) return;
  // Comes first: it waits for a transaction that is just reserving one of the orders, so that the reservation is found
  // below.
  await tx.sql.execute(sql`
    insert into reservations (order_id, status, lines)
    select order_id, 'released', '[]'
    from unnest(${sql.param(orderIds)}::uuid[]) as order_id
    order by order_id
    on conflict do nothing`);
  const known = await lockReservations(tx, orderIds);
  const ending = [...known.values()].filter((reservation) => reservation.status === "reserved");
  await endReservations(tx, ending, "released", (stock, quantity) => {
    stock.reserved -= quantity;
  });
}
