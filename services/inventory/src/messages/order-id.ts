import type { Delivery } from "@rabbit-contract/messaging";

/** In the database's spelling: the contract allows capitals in a UUID. */
export function orderIdOf(delivery: Delivery<{ readonly orderId: string }>): string {
  return delivery.payload.orderId.toLowerCase();
}
