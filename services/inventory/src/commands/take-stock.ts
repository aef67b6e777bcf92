import { insertMovements, movementNow } from "../movements.ts";
import { endReservations, lockReservations, type ReservationStatus } from "../reservations.ts";
import type { CommandContext } from "./context.ts";

/**
 * Takes what is reserved for orders that were shipped: it is neither on hand nor reserved any more, and each line
 * is a `shipment` in the ledger. Once, however often it is called.
 *
 * @returns for each order the status that its reservation had, undefined when there is none; only what was
 * `reserved` is taken
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
      lines.map(({ sku, quantity }) =>
        movementNow({ sku, quantity: -quantity, reason: "shipment", orderId }),
      ),
    ),
  );
  return orderIds.map((orderId) => known.get(orderId)?.status);
}
