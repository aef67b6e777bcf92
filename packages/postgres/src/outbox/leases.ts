/** The outbox messages that only this process may publish, and until when. */
import type { Log } from "@rabbit-contract/messaging";
import { levelOf } from "../database-errors.ts";
import { type Executor, leaseFor } from "./outbox.ts";

interface LeasesOptions {
  readonly sql: Executor;
  readonly log: Log;
  /** Milliseconds. */
  readonly lease: number;
}

/**
 * Messages that were given to the publisher, and their leases, which are renewed while the broker is slow to confirm.
 */
export class Leases {
  readonly #options: LeasesOptions;
  /** By id: the time (`performance.now()`) until which it is leased. */
  readonly #until = new Map<string, number>();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #stopped = false;

  constructor(options: LeasesOptions) {
    this.#options = options;
  }

  get size(): number {
    return this.#until.size;
  }

  /** It was leased just now. */
  add(id: string): void {
    this.#until.set(id, performance.now() + this.#options.lease);
  }

  has(id: string): boolean {
    return this.#until.has(id);
  }

  delete(id: string): void {
    this.#until.delete(id);
  }

  start(): void {
    this.#timer = setTimeout(() => void this.#renewAndRepeat(), this.#options.lease / 4);
  }

  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#timer);
  }

  /** One at a time: each holds a connection until the database answers. */
  async #renewAndRepeat(): Promise<void> {
    await this.#renew();
    if (!this.#stopped) this.start();
  }

  async #renew(): Promise<void> {
    const { lease, sql, log } = this.#options;
    const now = performance.now();
    const ids = [...this.#until].filter(([, leasedUntil]) => leasedUntil - now < lease / 2).map(([id]) => id);
    if (ids.length === 0) return;
    try {
      await leaseFor(sql, ids, lease);
      for (const id of ids) if (this.#until.has(id)) this.#until.set(id, now + lease);
    } catch (error) {
      const message = "leases of the outbox could not be renewed; another process may publish as well";
      log[levelOf(error)]({ err: error, messages: ids.length }, message);
    }
  }
}
