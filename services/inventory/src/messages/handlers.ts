import type { InventoryOrdersHandlers, InventoryOutbox } from "@orders/generated/inventory";
import type { Transaction } from "@rabbit-contract/postgres";
import { orderCancelled } from "./order-cancelled.ts";
import { orderCreated } from "./order-created.ts";
import { orderExpired } from "./order-expired.ts";
import { orderShipped } from "./order-shipped.ts";

/**
 * Each handler takes its locks in one order: new reservations, reservations, products, sorted within each. So handlers
 * in separate transactions cannot deadlock; two in one transaction can, since the second starts from the beginning.
 */
export function orderHandlers(outbox: InventoryOutbox<Transaction>): InventoryOrdersHandlers<Transaction> {
  return {
    orderCreated: (deliveries, tx) => orderCreated({ tx, outbox }, deliveries),
    orderCancelled: (deliveries, tx) => orderCancelled({ tx, outbox }, deliveries),
    orderExpired: (deliveries, tx) => orderExpired({ tx, outbox }, deliveries),
    orderShipped: (deliveries, tx) => orderShipped({ tx, outbox }, deliveries),
  };
}
