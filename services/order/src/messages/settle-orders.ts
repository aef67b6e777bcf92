/** Settles orders by what the inventory answers. */

import type { OrderOutbox, OrderStockHandlers } from "@orders/generated/order";
import { type Delivery, deadLetter, done, type Outcome } from "@rabbit-contract/messaging";
import type { Transaction } from "@rabbit-contract/postgres";
import { sql } from "drizzle-orm";
import { type Attempt, ordersById, transition } from "../commands/transition.ts";

/**
 * Only a pending order heeds an answer. One that comes after the order was cancelled, or a second one, changes
 * nothing: the inventory has been told, or will be, what became of the order.
 */
export function stockHandlers(outbox: OrderOutbox<Transaction>): OrderStockHandlers<Transaction> {
  return {
    async stockReserved(deliveries, tx) {
      const answers = firstByOrder(deliveries);
      const attempts = await transition(tx, ordersById([...answers.keys()]), {
        to: "confirmed",
        from: ["pending"],
        cause: "stock.reserved",
      });
      for (const { order, delivery } of movedBy(attempts, answers)) {
        const { id, customerId, lines, total, at } = order;
        const payload = { orderId: id, customerId, lines, total, confirmedAt: at };
        outbox.orderConfirmed(tx, payload, delivery.context);
      }
      return outcomes(deliveries, attempts);
    },

    async stockRejected(deliveries, tx) {
      const answers = firstByOrder(deliveries);
      const reasons = Object.fromEntries(
        [...answers].map(([id, { payload }]) => [
          id,
          { code: "insufficient-stock", shortages: payload.shortages },
        ]),
      );
      const attempts = await transition(tx, ordersById([...answers.keys()]), {
        to: "rejected",
        from: ["pending"],
        cause: "stock.rejected",
        reason: sql`${JSON.stringify(reasons)}::jsonb -> orders.id::text`,
      });
      for (const { order, delivery } of movedBy(attempts, answers)) {
        const { shortages } = delivery.payload;
        const payload = {
          orderId: order.id,
          customerId: order.customerId,
          shortages,
          rejectedAt: order.at,
        };
        outbox.orderRejected(tx, payload, delivery.context);
      }
      return outcomes(deliveries, attempts);
    },
  };
}

interface Answer {
  readonly orderId: string;
}

/** Several answers to one order in a batch count as one. */
function firstByOrder<Payload extends Answer>(
  deliveries: readonly Delivery<Payload>[],
): Map<string, Delivery<Payload>> {
  const answers = new Map<string, Delivery<Payload>>();
  for (const delivery of deliveries) {
    const id = idOf(delivery);
    if (!answers.has(id)) answers.set(id, delivery);
  }
  return answers;
}

function movedBy<Payload>(attempts: readonly Attempt[], answers: ReadonlyMap<string, Delivery<Payload>>) {
  return attempts.flatMap(({ id, moved: order }) => {
    const delivery = answers.get(id);
    return order && delivery ? [{ order, delivery }] : [];
  });
}

function outcomes(deliveries: readonly Delivery<Answer>[], attempts: readonly Attempt[]): Outcome[] {
  const known = new Set(attempts.map(({ id }) => id));
  return deliveries.map((delivery) =>
    known.has(idOf(delivery))
      ? done
      : deadLetter(`cannot settle order "${delivery.payload.orderId}": it does not exist`),
  );
}

/** As the database writes it. */
const idOf = (delivery: Delivery<Answer>) => delivery.payload.orderId.toLowerCase();
