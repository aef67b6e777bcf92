/** Removes old rows, a few at a time. */
import { pause } from "@rabbit-contract/messaging";
import type { Chore, Database } from "@rabbit-contract/postgres";
import type { Logger } from "../log.ts";
import { type Job, startTimer } from "./timer.ts";

export interface HousekeepingOptions {
  readonly database: Pick<Database, "sql">;
  readonly chores: readonly Chore[];
  readonly log: Logger;
  /** Milliseconds between two rounds. */
  readonly interval: number;
}

/** Maximum number of milliseconds until the first round, so that replicas that start together do not begin together. */
const longestStart = 60_000;
/** Maximum number of rows per transaction. */
const batchSize = 1_000;
/** Milliseconds between two transactions, so that requests and consumers go first. */
const pauseBetween = 100;

export function startHousekeeping({ database, chores, log, interval }: HousekeepingOptions): Job {
  const delay = Math.random() * Math.min(interval, longestStart);
  return startTimer({ name: "housekeeping", interval, delay, log }, async (signal) => {
    const removed: Record<string, number> = {};
    let failure: unknown;
    for (const { name, run } of chores) {
      try {
        for (let rows = 1; rows > 0 && !signal.aborted; ) {
          rows = await run(database.sql, batchSize);
          if (rows > 0) {
            removed[name] = (removed[name] ?? 0) + rows;
            await pause(pauseBetween, signal);
          }
        }
      } catch (error) {
        failure ??= new Error(`${name}: old rows could not be removed`, { cause: error });
      }
    }
    if (Object.keys(removed).length > 0) log.info({ removed }, "old rows removed");
    if (failure) throw failure;
  });
}
