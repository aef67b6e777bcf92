import { insertMovements } from "../movements.ts";
import { endReservations, lockReservations, type ReservationStatus } from "../reservations.ts";
import type { CommandContext } from "./context.ts";

/**
 * Consumes the reservations of shipped orders: their stock is neither on hand nor reserved any more, and each line is a
 * `shipment` in the ledger. Does so once, however often it is called.
 *
 * @returns each order's previous reservation status, undefined if it has none; only `reserved`
 * ones are consumed
 */
export async function takeStock(
  { tx }: CommandContext,
  orderIds: readonly string[],
): Promise<(ReservationStatus | undefined)[]> {
  if (orderIds.length === 0) return [];
  const known = await lockReservations(tx, orderIds);
  const ending = [...known.values()].filter((reservation) => reservation.status === "reserved");
  await endReservations(tx, ending, "taken", (stock, quantity) => {
    stock.onHand -= quantity;
    stock.reserved -= quantity;
  });
  await insertMovements(
    tx,
    ending.flatMap(({ orderId, lines }) =>
      lines.map(({ sku, quantity }) => ({ sku, quantity: -quantity, reason: "shipment" as const, orderId })),
    ),
  );
  return orderIds.map((orderId) => known.get(orderId)?.status);
}
