/** Expires overdue orders, every second. */
import type { OrderOutbox } from "@orders/generated/order";
import type { Database, Transaction } from "@rabbit-contract/postgres";
import { type Job, type Logger, startTimer } from "@rabbit-contract/service";
import { expireOrders } from "../commands/expire-orders.ts";
import { anyOverdue } from "../queries/orders.ts";

export interface ExpiryOptions {
  readonly database: Database;
  readonly outbox: OrderOutbox<Transaction>;
  readonly log: Logger;
}

const interval = 1_000;
/** Maximum orders per transaction. */
const limit = 200;

export function startExpiry({ database, outbox, log }: ExpiryOptions): Job {
  return startTimer({ name: "expiry", interval, log }, async (signal) => {
    if (!(await anyOverdue(database.sql))) return;
    for (let expired = limit; expired === limit && !signal.aborted; ) {
      expired = await database.transaction((tx) => expireOrders({ tx, outbox }, { limit }));
      if (expired > 0) log.info({ expired }, "orders expired");
    }
  });
}
