/** What the service does with each message: it composes notifications and keeps them, in the message's transaction. */
import type { NotificationOrdersHandlers, NotificationStockHandlers } from "@orders/generated/notification";
import { allDone, type Handler } from "@rabbit-contract/messaging";
import type { Transaction } from "@rabbit-contract/postgres";
import {
  composeOrderCancelled,
  composeOrderConfirmed,
  composeOrderExpired,
  composeOrderRejected,
  composeOrderShipped,
  composeStockLow,
  type Draft,
} from "../commands/compose.ts";
import { type EmailPolicy, notify } from "../commands/notify.ts";

/** @param email absent where no e-mail is sent */
export function orderHandlers(email?: EmailPolicy): NotificationOrdersHandlers<Transaction> {
  return {
    orderConfirmed: notifying(composeOrderConfirmed, email),
    orderRejected: notifying(composeOrderRejected, email),
    orderCancelled: notifying(composeOrderCancelled, email),
    orderExpired: notifying(composeOrderExpired, email),
    orderShipped: notifying(composeOrderShipped, email),
  };
}

/** @param email absent where no e-mail is sent */
export function stockHandlers(email?: EmailPolicy): NotificationStockHandlers<Transaction> {
  return { stockLow: notifying(composeStockLow, email) };
}

function notifying<Payload>(
  compose: (payload: Payload) => Draft,
  email: EmailPolicy | undefined,
): Handler<Payload, Transaction> {
  return async (deliveries, tx) => {
    await notify(
      tx,
      deliveries.map(({ payload }) => compose(payload)),
      email,
    );
    return allDone(deliveries);
  };
}
