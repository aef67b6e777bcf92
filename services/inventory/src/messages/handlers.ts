import type { InventoryOrdersHandlers, InventoryOutbox } from "@orders/generated/inventory";
import type { Transaction } from "@rabbit-contract/postgres";
import { orderCreated } from "./order-created.ts";
import { orderEnded } from "./order-ended.ts";
import { orderShipped } from "./order-shipped.ts";

/**
 * Every handler takes its locks in the same order: new reservations, existing reservations, products, each sorted. So
 * handlers in separate transactions cannot deadlock; two handlers in one transaction could, since the second starts
 * over.
 */
export function orderHandlers(outbox: InventoryOutbox<Transaction>): InventoryOrdersHandlers<Transaction> {
  return {
    orderCreated: (deliveries, tx) => orderCreated({ tx, outbox }, deliveries),
    orderCancelled: (deliveries, tx) => orderEnded({ tx, outbox }, deliveries),
    orderExpired: (deliveries, tx) => orderEnded({ tx, outbox }, deliveries),
    orderShipped: (deliveries, tx) => orderShipped({ tx, outbox }, deliveries),
  };
}
