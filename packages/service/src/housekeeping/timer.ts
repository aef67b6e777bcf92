/** Removes what nobody needs any more, little by little. */
import { setTimeout as delay } from "node:timers/promises";
import { atMostEvery } from "@rabbit-contract/messaging";
import type { Chore, Database } from "@rabbit-contract/postgres";
import type { Logger } from "../log.ts";

export interface HousekeepingOptions {
  readonly database: Pick<Database, "sql">;
  readonly chores: readonly Chore[];
  readonly log: Logger;
  /** Milliseconds between two rounds. */
  readonly interval: number;
  /** Rows a transaction, at most. @default 1_000 */
  readonly batchSize?: number;
  /** Milliseconds between two transactions, left to those who serve. @default 100 */
  readonly pause?: number;
}

export interface Housekeeping {
  /** Ends after the transaction under way. */
  stop(): Promise<void>;
}

/** Milliseconds until the first round, at most: replicas that start together do not begin together. */
const longestStart = 60_000;

/** Goes on through failures: a database that is away is only a reason to try again at the next round. */
export function startHousekeeping(options: HousekeepingOptions): Housekeeping {
  const { interval } = options;
  const stop = new AbortController();
  const run = async () => {
    await untilStopped(Math.random() * Math.min(interval, longestStart), stop.signal);
    while (!stop.signal.aborted) {
      await round(options, stop.signal);
      await untilStopped(interval, stop.signal);
    }
  };
  const running = run();
  return {
    stop() {
      stop.abort();
      return running;
    },
  };
}

const logRarely = atMostEvery(10_000);

async function round(options: HousekeepingOptions, signal: AbortSignal): Promise<void> {
  const { database, chores, log, batchSize = 1_000, pause = 100 } = options;
  const removed: Record<string, number> = {};
  for (const { name, run } of chores) {
    try {
      for (let rows = 1; rows > 0 && !signal.aborted; ) {
        rows = await run(database.sql, batchSize);
        if (rows > 0) {
          removed[name] = (removed[name] ?? 0) + rows;
          await untilStopped(pause, signal);
        }
      }
    } catch (err) {
      logRarely((suppressed) =>
        log.warn({ err, suppressed, chore: name }, "housekeeping failed; the next round tries again"),
      );
    }
  }
  if (Object.keys(removed).length > 0) log.info({ removed }, "old rows removed");
}

function untilStopped(milliseconds: number, signal: AbortSignal): Promise<void> {
  return delay(milliseconds, undefined, { signal }).catch(() => {});
}
