import type { Database } from "@rabbit-contract/postgres";
import { type Logger, Poll } from "@rabbit-contract/service";
import type { Order } from "../order.ts";
import { findSettled } from "./orders.ts";

export interface SettlementWaiterOptions {
  readonly database: Pick<Database, "sql">;
  readonly log: Logger;
}

type Wake = (order: Order | undefined) => void;

/** Lets requests wait until their order is settled, whichever replica settles it, with one query for all of them. */
export class SettlementWaiter {
  readonly #database: Pick<Database, "sql">;
  readonly #waiting = new Map<string, Set<Wake>>();
  readonly #poll: Poll;

  constructor({ database, log }: SettlementWaiterOptions) {
    this.#database = database;
    this.#poll = new Poll({
      interval: 25,
      pauseAfterFailure: 500,
      needed: () => this.#waiting.size > 0,
      run: () => this.#read(),
      log,
      failure: "cannot read whether orders are settled; will retry with the next poll",
    });
  }

  /** Orders with waiting requests. */
  get waiting(): number {
    return this.#waiting.size;
  }

  /**
   * Resolves with the order once it is settled, or with undefined after `timeout` milliseconds or when `signal` aborts.
   * Never rejects: it keeps waiting while the database is unavailable.
   */
  settled(
    id: string,
    { timeout, signal }: { readonly timeout: number; readonly signal: AbortSignal },
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
      this.#poll.schedule();
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

  async #read(): Promise<void> {
    const settled = await findSettled(this.#database.sql, [...this.#waiting.keys()]);
    for (const order of settled) for (const wake of [...(this.#waiting.get(order.id) ?? [])]) wake(order);
  }
}
