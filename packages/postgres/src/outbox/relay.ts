/**
 * Carries committed messages from the outbox table to the broker, at least once each.
 *
 * A row is written under a lease. On the hot path the process that wrote it publishes it from memory right
 * after the commit and deletes it once confirmed. Whatever goes wrong on the way (no broker, too many in
 * memory, a returned message, a crash), the row stays and its lease ends, and a sweep publishes it again.
 */

import {
  atMostEvery,
  isOnRoute,
  type Log,
  MessagingError,
  type MessagingErrorCode,
  type OutboxMessage,
  type Publisher,
  traceIdOf,
} from "@rabbit-contract/messaging";
import type { NodePgDatabase } from "drizzle-orm/node-postgres";
import { passFaultPoint } from "#fault-points";
import type { OutboxObserver } from "./observer.ts";
import { deleteFromOutbox, leaseExpired, leaseFor } from "./outbox.ts";

export interface RelayOptions {
  readonly sql: Pick<NodePgDatabase, "execute">;
  readonly publisher: Publisher;
  readonly log: Log;
  /** @default nobody */
  readonly observer?: OutboxObserver | undefined;
  /** Messages in memory, at most; beyond it they wait in the table. @default 10_000 */
  readonly capacity?: number;
  /**
   * Milliseconds that a row belongs to this process; renewed while it is in memory, so this is how long what a
   * crash leaves behind has to wait. @default 5_000
   */
  readonly lease?: number;
  /** Milliseconds between two looks at the table. @default 1_000 */
  readonly sweepInterval?: number;
}

/** Room for messages of a transaction that is about to commit. Call exactly one of its functions. */
export interface Reservation {
  /** Lease to write the rows with; 0 when there is no room and a sweep has to publish them. */
  readonly leaseMilliseconds: number;
  /** The transaction has committed. */
  readonly handOver: () => void;
  /** The transaction has failed. */
  readonly giveBack: () => void;
}

/** Milliseconds after which a message is tried again that no queue took, or whose queue was missing. */
const returnedDelay = 1_000;
/** No use in trying at once again. */
const noQueue: ReadonlySet<MessagingErrorCode | "other"> = new Set<MessagingErrorCode>([
  "message-returned",
  "topology-mismatch",
]);
/** Messages that one look at the table takes, at most. */
const sweepSize = 1_000;
/**
 * Milliseconds between two deletions of confirmed rows: nobody waits for them, and many at once are cheaper. Without a
 * pause 0.95 times as many orders are settled, each for 1.05 times the processor time.
 */
const deletionPause = 50;
/** Milliseconds between attempts to tell the table what was confirmed, while the database is away. */
const tableRetryDelay = 500;

export class Relay {
  readonly #options: Required<Omit<RelayOptions, "observer">>;
  readonly #observer: OutboxObserver | undefined;
  readonly #occasionally = atMostEvery(1000);
  /** Messages reserved for transactions that have not ended yet. */
  #reserved = 0;
  /** Ids of the messages that the publisher has, with the time (`performance.now()`) until which they are leased. */
  readonly #publishing = new Map<string, number>();
  #stopped = false;
  #sweepTimer: ReturnType<typeof setTimeout> | undefined;
  #renewTimer: ReturnType<typeof setInterval> | undefined;
  #sweeping: Promise<void> = Promise.resolve();
  #sweepRequested = false;
  readonly #confirmed: IdBuffer;
  readonly #unsent: IdBuffer;
  readonly #returned: IdBuffer;

  constructor(options: RelayOptions) {
    this.#options = { capacity: 10_000, lease: 5_000, sweepInterval: 1_000, ...options };
    this.#observer = options.observer;
    const onError = (error: unknown) =>
      this.#warn({ err: error }, "the outbox table could not be updated; trying again");
    this.#confirmed = new IdBuffer((ids) => deleteFromOutbox(options.sql, ids), onError, deletionPause);
    this.#unsent = new IdBuffer((ids) => leaseFor(options.sql, ids, 0), onError);
    this.#returned = new IdBuffer((ids) => leaseFor(options.sql, ids, returnedDelay), onError);
  }

  /** Starts sweeping: at once, whenever the publisher becomes ready, and at every interval. */
  start(): void {
    this.#options.publisher.onReady(() => this.#sweepNow());
    this.#renewTimer = setInterval(() => void this.#renewLeases(), this.#options.lease / 4);
    this.#sweepNow();
  }

  /** Messages in memory that the broker has not confirmed yet. */
  get inMemory(): number {
    return this.#reserved + this.#publishing.size;
  }

  reserve(messages: readonly OutboxMessage[]): Reservation {
    const room = this.inMemory + messages.length <= this.#options.capacity;
    const { ready, pausedRoutes } = this.#options.publisher;
    const paused =
      pausedRoutes.length > 0 &&
      messages.every((message) => pausedRoutes.some((route) => isOnRoute(message, route)));
    if (this.#stopped || !ready || paused || !room) {
      return { leaseMilliseconds: 0, handOver: () => {}, giveBack: () => {} };
    }
    const count = messages.length;
    this.#reserved += count;
    return {
      leaseMilliseconds: this.#options.lease,
      handOver: () => {
        this.#reserved -= count;
        for (const message of messages) void this.#publish(message);
      },
      giveBack: () => {
        this.#reserved -= count;
      },
    };
  }

  /**
   * Takes nothing more, waits up to `timeout` milliseconds for what is in memory to be confirmed and deleted.
   * What is not stays in the table for the next process.
   */
  async stop(timeout: number): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#sweepTimer);
    const deadline = Date.now() + timeout;
    await Promise.race([this.#sweeping, delay(timeout)]);
    while (this.inMemory > 0 && Date.now() < deadline) await delay(10);
    const buffers = [this.#confirmed, this.#unsent, this.#returned];
    await Promise.race([
      Promise.all(buffers.map((buffer) => buffer.drained())),
      delay(Math.max(0, deadline - Date.now())),
    ]);
    for (const buffer of buffers) buffer.stop();
    clearInterval(this.#renewTimer);
  }

  async #publish(message: OutboxMessage): Promise<void> {
    const started = performance.now();
    this.#publishing.set(message.id, started + this.#options.lease);
    try {
      await this.#options.publisher.publish(message);
      this.#observer?.published(message, started);
      passFaultPoint("after-confirm-before-outbox-delete");
      this.#confirmed.add(message.id);
    } catch (error) {
      const code = error instanceof MessagingError ? error.code : "other";
      const returned = noQueue.has(code);
      this.#observer?.failed(message, code, started);
      (returned ? this.#returned : this.#unsent).add(message.id);
      const { id: messageId, type, correlationId, headers } = message;
      this.#warn(
        { err: error, messageId, type, correlationId, traceId: traceIdOf(headers.traceparent) },
        "a message was not published; it stays in the outbox and is tried again",
      );
    } finally {
      this.#publishing.delete(message.id);
    }
  }

  /** For what the broker takes long to confirm; on a good day there is nothing to renew. */
  async #renewLeases(): Promise<void> {
    const { lease, sql } = this.#options;
    const now = performance.now();
    const ids = [...this.#publishing]
      .filter(([, leasedUntil]) => leasedUntil - now < lease / 2)
      .map(([id]) => id);
    if (ids.length === 0) return;
    try {
      await leaseFor(sql, ids, lease);
      for (const id of ids) if (this.#publishing.has(id)) this.#publishing.set(id, now + lease);
    } catch (error) {
      this.#warn(
        { err: error },
        "leases of the outbox could not be renewed; another process may publish as well",
      );
    }
  }

  #warn(fields: object, message: string): void {
    this.#occasionally((suppressed) => this.#options.log.warn({ ...fields, suppressed }, message));
  }

  #sweepNow(): void {
    clearTimeout(this.#sweepTimer);
    if (this.#sweepRequested) return;
    this.#sweepRequested = true;
    this.#sweeping = this.#sweeping.then(async () => {
      this.#sweepRequested = false;
      await this.#sweep();
      if (this.#stopped) return;
      clearTimeout(this.#sweepTimer);
      this.#sweepTimer = setTimeout(() => this.#sweepNow(), this.#options.sweepInterval);
    });
  }

  /** Publishes what the table has left, as long as there is room in memory and a broker to take it. */
  async #sweep(): Promise<void> {
    const { sql, publisher, capacity, lease } = this.#options;
    let onTheirWay: Promise<unknown> = Promise.resolve();
    try {
      while (!this.#stopped && publisher.ready) {
        const room = Math.min(sweepSize, capacity - this.inMemory);
        if (room <= 0) break;
        const messages = await leaseExpired(sql, room, lease, publisher.pausedRoutes);
        if (messages.length === 0) break;
        // What is here already has outlived its lease while the database was away.
        const unpublished = messages.filter((message) => !this.#publishing.has(message.id));
        // The next messages are on their way before the last ones have arrived, and no more than that. One after the other
        // reached 0.61 of a bare confirm loop, this 0.73; with three or four under way it is no more: what is left is the
        // processor time of the two statements.
        const next = Promise.all(unpublished.map((message) => this.#publish(message)));
        await onTheirWay;
        onTheirWay = next;
      }
      await onTheirWay;
    } catch (error) {
      this.#warn({ err: error }, "the outbox could not be swept; the next sweep tries again");
    }
  }
}

/** Ids on their way to one statement: while one runs the others gather, so a busy relay needs few. */
class IdBuffer {
  readonly #write: (ids: readonly string[]) => Promise<void>;
  readonly #onError: (error: unknown) => void;
  readonly #pause: number;
  #ids: string[] = [];
  #running: Promise<void> | undefined;
  #stopped = false;

  /** @param pause milliseconds for which ids gather, at least, before they are written */
  constructor(
    write: (ids: readonly string[]) => Promise<void>,
    onError: (error: unknown) => void,
    pause = 0,
  ) {
    this.#write = write;
    this.#onError = onError;
    this.#pause = pause;
  }

  add(id: string): void {
    this.#ids.push(id);
    this.#running ??= this.#run();
  }

  /** Resolves once everything added so far is written. */
  async drained(): Promise<void> {
    await this.#running;
  }

  stop(): void {
    this.#stopped = true;
  }

  async #run(): Promise<void> {
    while (this.#ids.length > 0 && !this.#stopped) {
      if (this.#pause > 0) await delay(this.#pause);
      const ids = this.#ids;
      this.#ids = [];
      try {
        await this.#write(ids);
      } catch (error) {
        this.#onError(error);
        // The database is away: the rows are safe in it. Not knowing of a confirm only means publishing twice.
        this.#ids = ids.concat(this.#ids);
        await delay(tableRetryDelay);
      }
    }
    // In the same turn as the last look at the ids: one that is added later must find nobody running.
    this.#running = undefined;
  }
}

function delay(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
