/**
 * Each message creates a notification: the message's own file writes the text, and the message's transaction saves it.
 */
import type { NotificationOrdersHandlers, NotificationStockHandlers } from "@orders/generated/notification";
import { allDone, type Handler } from "@rabbit-contract/messaging";
import type { Transaction } from "@rabbit-contract/postgres";
import { type Mailing, notify } from "../commands/notify.ts";
import type { Draft } from "../notification.ts";
import { orderCancelled } from "./order-cancelled.ts";
import { orderConfirmed } from "./order-confirmed.ts";
import { orderExpired } from "./order-expired.ts";
import { orderRejected } from "./order-rejected.ts";
import { orderShipped } from "./order-shipped.ts";
import { stockLow } from "./stock-low.ts";

/** @param mailing absent where no e-mail is sent */
export function orderHandlers(mailing?: Mailing): NotificationOrdersHandlers<Transaction> {
  return {
    orderConfirmed: notifying(orderConfirmed, mailing),
    orderRejected: notifying(orderRejected, mailing),
    orderCancelled: notifying(orderCancelled, mailing),
    orderExpired: notifying(orderExpired, mailing),
    orderShipped: notifying(orderShipped, mailing),
  };
}

/** @param mailing absent where no e-mail is sent */
export function stockHandlers(mailing?: Mailing): NotificationStockHandlers<Transaction> {
  return { stockLow: notifying(stockLow, mailing) };
}

function notifying<Payload>(
  draftOf: (payload: Payload) => Draft,
  mailing: Mailing | undefined,
): Handler<Payload, Transaction> {
  return async (deliveries, tx) => {
    notify(
      { tx, mailing },
      deliveries.map(({ payload }) => draftOf(payload)),
    );
    return allDone(deliveries);
  };
}
