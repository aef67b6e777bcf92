/**
 * Carries committed messages from the outbox table to the broker, at least once each.
 *
 * A row is written under a lease. On the hot path the process that wrote it publishes it from memory right after the
 * commit and deletes it once confirmed. If that fails (no broker, too many in memory, a returned message, a crash), the
 * row stays, its lease ends, and a sweep publishes it.
 */
import { setTimeout as delay } from "node:timers/promises";
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
import { IdBuffer } from "./id-buffer.ts";
import { deleteFromOutbox, leaseExpired, leaseFor } from "./outbox.ts";

/** Told what becomes of messages on their way through the outbox. Calls must be cheap, and must not throw. */
export interface OutboxObserver {
  /** They are about to be written, with the commit as the next step: their headers may still be changed, in place. */
  writing(messages: OutboxMessage[]): void;
  /** They are committed. */
  written(messages: readonly OutboxMessage[]): void;
  /** The broker has confirmed it. @param started `performance.now()` when it was handed over */
  published(message: OutboxMessage, started: number): void;
  /** It stays in the table, and is tried again. */
  failed(message: OutboxMessage, code: MessagingErrorCode | "other", started: number): void;
}

export interface RelayOptions {
  readonly sql: Pick<NodePgDatabase, "execute">;
  readonly publisher: Publisher;
  readonly log: Log;
  /** @default none */
  readonly observer?: OutboxObserver | undefined;
  /** Messages in memory, at most; beyond it they wait in the table. @default 10_000 */
  readonly capacity?: number;
  /**
   * Milliseconds for which only this process publishes a row; renewed while it is in memory, so this is how long
   * messages wait after a crash. @default 5_000
   */
  readonly lease?: number;
  /** Milliseconds between two sweeps of the table. @default 1_000 */
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

/** Milliseconds until a message is tried again that the broker returned, or whose queue is missing. */
const returnedDelay = 1_000;
/** Errors after which an immediate attempt would fail again. */
const noQueue: ReadonlySet<MessagingErrorCode | "other"> = new Set<MessagingErrorCode>([
  "message-returned",
  "topology-mismatch",
]);
/** Messages that one statement of a sweep takes, at most. */
const sweepSize = 1_000;
/** Milliseconds between two deletions of confirmed rows: they are not urgent, and many at once are cheaper. */
const deletionPause = 50;

/** For a transaction without messages. */
const nothing: Reservation = { leaseMilliseconds: 0, handOver() {}, giveBack() {} };

export class Relay {
  readonly #options: Required<Omit<RelayOptions, "observer">>;
  readonly #observer: OutboxObserver | undefined;
  readonly #occasionally = atMostEvery(1000);
  /** Messages reserved for transactions that have not ended yet. */
  #reserved = 0;
  /** Ids of messages that the publisher has, with the time (`performance.now()`) until which they are leased. */
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

  /** Called just before `messages` are written: room for them in memory, if there is any. */
  reserve(messages: OutboxMessage[]): Reservation {
    if (messages.length === 0) return nothing;
    this.#observer?.writing(messages);
    const room = this.#canPublish(messages);
    const count = room ? messages.length : 0;
    this.#reserved += count;
    return {
      leaseMilliseconds: room ? this.#options.lease : 0,
      handOver: () => {
        passFaultPoint("after-commit-before-publish");
        this.#reserved -= count;
        if (room) for (const message of messages) void this.#publish(message);
        this.#observer?.written(messages);
      },
      giveBack: () => {
        this.#reserved -= count;
      },
    };
  }

  #canPublish(messages: readonly OutboxMessage[]): boolean {
    const { publisher, capacity } = this.#options;
    const { ready, pausedRoutes } = publisher;
    if (this.#stopped || !ready || this.inMemory + messages.length > capacity) return false;
    const paused = (message: OutboxMessage) => pausedRoutes.some((route) => isOnRoute(message, route));
    return pausedRoutes.length === 0 || !messages.every(paused);
  }

  /**
   * Takes no more messages, and waits up to `timeout` milliseconds until those in memory are confirmed and deleted.
   * The others stay in the table for the next process.
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

  /** For messages that the broker is slow to confirm. */
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

  /** Publishes messages whose lease has ended, while there is room in memory and the broker accepts them. */
  async #sweep(): Promise<void> {
    const { sql, publisher, capacity, lease } = this.#options;
    let underWay: Promise<unknown> = Promise.resolve();
    try {
      while (!this.#stopped && publisher.ready) {
        const room = Math.min(sweepSize, capacity - this.inMemory);
        if (room <= 0) break;
        const messages = await leaseExpired(sql, room, lease, publisher.pausedRoutes);
        if (messages.length === 0) break;
        // A message that is in memory already has outlived its lease while the database was away.
        const unpublished = messages.filter((message) => !this.#publishing.has(message.id));
        // The next messages are read while the last ones are published, and no more than that.
        const next = Promise.all(unpublished.map((message) => this.#publish(message)));
        await underWay;
        underWay = next;
      }
      await underWay;
    } catch (error) {
      this.#warn({ err: error }, "the outbox could not be swept; the next sweep tries again");
    }
  }
}
