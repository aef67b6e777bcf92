/**
 * What the inventory does with the messages of its queue. Every handler takes its deliveries as one batch.
 *
 * Each takes its locks in one order: new reservations, reservations, products, sorted within each. So handlers in
 * transactions of their own never wait for each other in a circle; two in one transaction may, since the second
 * starts over.
 */
import type { InventoryOrdersHandlers, InventoryOutbox } from "@orders/generated/inventory";
import type { OrderCreated } from "@orders/generated/messages";
import { allDone, type Delivery, deadLetter, done, type Outcome, retry } from "@rabbit-contract/messaging";
import type { Transaction } from "@rabbit-contract/postgres";
import { releaseStock } from "../commands/release-stock.ts";
import type { ReservationStatus } from "../commands/reservations.ts";
import { reserveStock } from "../commands/reserve-stock.ts";
import { takeStock } from "../commands/take-stock.ts";

export function createHandlers(outbox: InventoryOutbox<Transaction>): InventoryOrdersHandlers<Transaction> {
  return {
    async orderCreated(deliveries, tx) {
      const sound = deliveries.filter(({ payload }) => repeatedSku(payload) === undefined);
      await reserveStock(
        tx,
        outbox,
        sound.map((delivery) => ({
          orderId: orderIdOf(delivery),
          lines: delivery.payload.lines,
          context: delivery.context,
        })),
      );
      return deliveries.map(({ payload }) => {
        const sku = repeatedSku(payload);
        if (sku === undefined) return done;
        return deadLetter(
          `the order ${payload.orderId} has "${sku}" on two lines; a product may stand on one only`,
        );
      });
    },

    async orderCancelled(deliveries, tx) {
      await releaseStock(tx, deliveries.map(orderIdOf));
      return allDone(deliveries);
    },

    async orderExpired(deliveries, tx) {
      await releaseStock(tx, deliveries.map(orderIdOf));
      return allDone(deliveries);
    },

    async orderShipped(deliveries, tx) {
      const orderIds = deliveries.map(orderIdOf);
      const statuses = await takeStock(tx, orderIds);
      return orderIds.map((orderId, index) => outcomeOfShipment(orderId, statuses[index]));
    },
  };
}

function outcomeOfShipment(orderId: string, status: ReservationStatus | undefined): Outcome {
  switch (status) {
    case "reserved":
    case "taken":
      return done;
    case undefined:
      return retry(`the order ${orderId} was shipped, but its order.created has not been handled yet`);
    case "rejected":
    case "released":
      return deadLetter(
        `the order ${orderId} was shipped, but its reservation is ${status}: there is no stock to take`,
      );
  }
}

/** In the spelling of the database: the contract lets a UUID have capitals. */
function orderIdOf(delivery: Delivery<{ readonly orderId: string }>): string {
  return delivery.payload.orderId.toLowerCase();
}

function repeatedSku({ lines }: OrderCreated): string | undefined {
  const seen = new Set<string>();
  return lines.find(({ sku }) => seen.size === seen.add(sku).size)?.sku;
}
