/** Calls the sweep for overdue orders again and again. */
import type { Outbox } from "@orders/generated/order";
import { atMostEvery } from "@rabbit-contract/messaging";
import type { Database, Transaction } from "@rabbit-contract/postgres";
import type { Logger } from "@rabbit-contract/service";
import { expireOrders } from "../commands/expire-orders.ts";

export interface ExpiryTimerOptions {
  readonly database: Database;
  readonly outbox: Outbox<Transaction>;
  readonly log: Logger;
  /** Milliseconds between two sweeps. @default 1000 */
  readonly interval?: number;
  /** Orders that one transaction expires, at most. @default 200 */
  readonly limit?: number;
}

export interface ExpiryTimer {
  /** Sweeps no more; resolves once the sweep that runs has ended. */
  stop(): Promise<void>;
}

/** Goes on through failures: a database that is away is only a reason to try again at the next turn. */
export function startExpiryTimer(options: ExpiryTimerOptions): ExpiryTimer {
  const { database, outbox, log, interval = 1000, limit = 200 } = options;
  const logRarely = atMostEvery(10_000);
  let stopped = false;
  let timer: ReturnType<typeof setTimeout> | undefined;

  async function sweep(): Promise<void> {
    try {
      for (let expired = limit; expired === limit && !stopped; ) {
        expired = await expireOrders(database, outbox, { limit });
        if (expired > 0) log.info({ expired }, "orders expired");
      }
    } catch (err) {
      logRarely((suppressed) =>
        log.warn({ err, suppressed }, "overdue orders could not be expired; the next sweep tries again"),
      );
    }
  }

  async function run(): Promise<void> {
    await sweep();
    if (!stopped) timer = setTimeout(next, interval);
  }
  let running = Promise.resolve();
  function next(): void {
    running = run();
  }
  next();

  return {
    async stop() {
      stopped = true;
      clearTimeout(timer);
      await running;
    },
  };
}
