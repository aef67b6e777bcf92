/** Shared by the handlers of inventory's answers. */
import { type Delivery, deadLetter, done, type Outcome } from "@rabbit-contract/messaging";

interface Answer {
  readonly orderId: string;
}

/** In lower case, as the database writes it: the contract allows capitals in a UUID. */
export function orderIdOf({ payload }: Delivery<Answer>): string {
  return payload.orderId.toLowerCase();
}

/** @param known the orders that exist */
export function outcomesOf(deliveries: readonly Delivery<Answer>[], known: ReadonlySet<string>): Outcome[] {
  return deliveries.map((delivery) =>
    known.has(orderIdOf(delivery))
      ? done
      : deadLetter(`cannot settle order "${delivery.payload.orderId}": it does not exist`),
  );
}
