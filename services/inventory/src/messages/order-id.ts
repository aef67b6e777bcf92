import type { Delivery } from "@rabbit-contract/messaging";

/** In lower case, as the database writes it: the contract allows capitals in a UUID. */
export function orderIdOf(delivery: Delivery<{ readonly orderId: string }>): string {
  return delivery.payload.orderId.toLowerCase();
}
