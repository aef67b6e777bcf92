/** Lets requests wait until their order is settled. */

import { atMostEvery } from "@rabbit-contract/messaging";
import type { Database } from "@rabbit-contract/postgres";
import type { Logger } from "@rabbit-contract/service";
import type { Order } from "../order.ts";
import { findSettled } from "./find-orders.ts";

export interface SettlementWaiterOptions {
  readonly database: Pick<Database, "sql">;
  readonly log: Logger;
  /** Milliseconds between two looks at the table. @default 25 */
  readonly interval?: number;
}

/** Milliseconds until the next look when the database did not answer. */
const pauseAfterFailure = 500;

type Wake = (order: Order | undefined) => void;

/**
 * Looks at the table, so it works whichever replica settles an order, with one query for all that wait, and only
 * while somebody does.
 */
export class SettlementWaiter {
  readonly #database: Pick<Database, "sql">;
  readonly #log: Logger;
  readonly #interval: number;
  readonly #logRarely = atMostEvery(10_000);
  readonly #waiting = new Map<string, Set<Wake>>();
  #looking = false;

  constructor({ database, log, interval = 25 }: SettlementWaiterOptions) {
    this.#database = database;
    this.#log = log;
    this.#interval = interval;
  }

  /** Orders that somebody waits for. */
  get waiting(): number {
    return this.#waiting.size;
  }

  /**
   * Resolves with the order once it is settled, or with undefined as soon as `timeout` milliseconds are over or
   * `signal` aborts. Does not fail: while the database is away it waits on.
   */
  settled(
    id: string,
    { timeout, signal }: { timeout: number; signal: AbortSignal },
  ): Promise<Order | undefined> {
    if (signal.aborted) return Promise.resolve(undefined);
    return new Promise((resolve) => {
      const giveUp = () => wake(undefined);
      const timer = setTimeout(giveUp, timeout);
      signal.addEventListener("abort", giveUp);
      const wake: Wake = (order) => {
        clearTimeout(timer);
        signal.removeEventListener("abort", giveUp);
        this.#remove(id, wake);
        resolve(order);
      };
      this.#add(id, wake);
      this.#lookLater(this.#interval);
    });
  }

  #add(id: string, wake: Wake): void {
    const wakes = this.#waiting.get(id);
    if (wakes === undefined) this.#waiting.set(id, new Set([wake]));
    else wakes.add(wake);
  }

  #remove(id: string, wake: Wake): void {
    const wakes = this.#waiting.get(id);
    wakes?.delete(wake);
    if (wakes?.size === 0) this.#waiting.delete(id);
  }

  #lookLater(pause: number): void {
    if (this.#looking || this.#waiting.size === 0) return;
    this.#looking = true;
    setTimeout(() => void this.#look(), pause);
  }

  async #look(): Promise<void> {
    let pause = this.#interval;
    try {
      if (this.#waiting.size === 0) return;
      const settled = await findSettled(this.#database.sql, [...this.#waiting.keys()]);
      for (const order of settled) for (const wake of [...(this.#waiting.get(order.id) ?? [])]) wake(order);
    } catch (err) {
      pause = pauseAfterFailure;
      this.#logRarely((suppressed) =>
        this.#log.warn(
          { err, suppressed },
          "could not look whether orders are settled; the next look tries again",
        ),
      );
    } finally {
      this.#looking = false;
      this.#lookLater(pause);
    }
  }
}
