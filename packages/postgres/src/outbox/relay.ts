/**
 * Carries committed messages from the outbox table to the broker, at least once each.
 *
 * A row is written under a lease. On the hot path the process that wrote it publishes it from memory right after the
 * commit and deletes it once confirmed. If that fails (no broker, too many in memory, a returned message, a crash), the
 * row stays, its lease ends, and a sweep publishes it. A message that is itself the cause is tried again separately,
 * with growing pauses, and finally parked: an operator decides (parked-messages.ts).
 */
import {
  atMostEvery,
  FailureSpan,
  finishesWithin,
  isOnRoute,
  type Log,
  logInterval,
  MessagingError,
  type MessagingErrorCode,
  type OutboxMessage,
  type Publisher,
  pause,
  traceIdOf,
  UnacceptableMessageError,
} from "@rabbit-contract/messaging";
import type { NodePgDatabase } from "drizzle-orm/node-postgres";
import { passFaultPoint } from "#fault-points";
import { levelOf } from "../database-errors.ts";
import { Leases } from "./leases.ts";
import { deleteFromOutbox, leaseExpired, leaseFor, type Refusal, recordRefusals } from "./outbox.ts";
import type { OutboxObserver } from "./outbox-observer.ts";
import { WriteBuffer } from "./write-buffer.ts";

export interface RelayOptions {
  readonly sql: Pick<NodePgDatabase, "execute">;
  readonly publisher: Publisher;
  readonly log: Log;
  /** @default none */
  readonly observer?: OutboxObserver | undefined;
  /** Maximum number of messages in memory; further ones wait in the table. @default 10_000 */
  readonly capacity?: number;
  /**
   * Milliseconds for which only this process publishes a row; renewed while it is in memory, so this is how long
   * messages wait after a crash. @default 5_000
   */
  readonly lease?: number;
  /** Milliseconds between two sweeps of the table. @default 1_000 */
  readonly sweepInterval?: number;
  /** Attempts before an unacceptable message is parked. @default 8: after two minutes */
  readonly maxAttempts?: number;
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

/** Milliseconds until a message is tried again after the broker returned it, or while its queue is missing. */
const returnedDelay = 1_000;
/** Errors after which an immediate attempt would fail again. */
const noQueue: ReadonlySet<MessagingErrorCode | "other"> = new Set<MessagingErrorCode>([
  "message-returned",
  "topology-mismatch",
]);
/** Maximum number of messages that one statement of a sweep takes. */
const sweepSize = 1_000;
/** Unacceptable messages that are retried separately at the same time; while there are as many, sweeps skip others. */
const aloneAtOnce = 100;
/** When confirmed rows are deleted: not urgent, and cheaper together. After a crash, they are published again. */
const deletion = { pause: 1_000, enough: 500 };

/** For a transaction without messages. */
const nothing: Reservation = { leaseMilliseconds: 0, handOver() {}, giveBack() {} };

export class Relay {
  readonly #options: Required<Omit<RelayOptions, "observer">>;
  readonly #observer: OutboxObserver | undefined;
  readonly #occasionally = atMostEvery(logInterval);
  /** Of the sweeps. */
  readonly failures = new FailureSpan();
  /** Messages reserved for transactions that have not ended yet. */
  #reserved = 0;
  /** Of messages that the publisher has. */
  readonly #publishing: Leases;
  /** Ids of confirmed messages, until their rows are deleted: these may outlive their lease. */
  readonly #undeleted = new Set<string>();
  /** How many messages are being tried separately. */
  #alone = 0;
  #stopped = false;
  #sweepTimer: ReturnType<typeof setTimeout> | undefined;
  #sweeping: Promise<void> = Promise.resolve();
  #sweepRequested = false;
  /** The last of the statements that run one after the other. */
  #turn: Promise<unknown> = Promise.resolve();
  readonly #confirmed: WriteBuffer<string>;
  readonly #unsent: WriteBuffer<string>;
  readonly #returned: WriteBuffer<string>;
  readonly #refused: WriteBuffer<Refusal>;

  constructor(options: RelayOptions) {
    this.#options = { capacity: 10_000, lease: 5_000, sweepInterval: 1_000, maxAttempts: 8, ...options };
    this.#observer = options.observer;
    const { sql } = options;
    this.#publishing = new Leases({ sql, log: options.log, lease: this.#options.lease });
    const onError = (error: unknown) =>
      this.#warn(error, {}, "the outbox table could not be updated; trying again");
    // Well within the lease, after which another process would publish them.
    const gathering = { ...deletion, pause: Math.min(deletion.pause, this.#options.lease / 4) };
    this.#confirmed = new WriteBuffer((ids) => this.#delete(ids), onError, gathering);
    this.#unsent = new WriteBuffer((ids) => this.#inTurn(() => leaseFor(sql, ids, 0)), onError);
    this.#returned = new WriteBuffer((ids) => this.#inTurn(() => leaseFor(sql, ids, returnedDelay)), onError);
    this.#refused = new WriteBuffer((refusals) => this.#record(refusals), onError);
  }

  /** Starts sweeping: at once, whenever the publisher becomes ready, and at every interval. */
  start(): void {
    this.#options.publisher.onReady(() => this.#sweepNow());
    this.#publishing.start();
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
    const deadline = performance.now() + timeout;
    const left = () => Math.max(0, deadline - performance.now());
    await finishesWithin(timeout, this.#sweeping);
    while (this.inMemory > 0 && left() > 0) await pause(10);
    const buffers = [this.#confirmed, this.#unsent, this.#returned, this.#refused];
    await finishesWithin(left(), Promise.all(buffers.map((buffer) => buffer.drained())));
    for (const buffer of buffers) buffer.stop();
    this.#publishing.stop();
  }

  /** @param alone it was unacceptable before, and must not affect other messages */
  async #publish(message: OutboxMessage, alone = false): Promise<void> {
    const { publisher } = this.#options;
    const started = performance.now();
    this.#publishing.add(message.id);
    if (alone) this.#alone++;
    try {
      await (alone ? publisher.publishAlone(message) : publisher.publish(message));
      this.#observer?.published(message, started);
      passFaultPoint("after-confirm-before-outbox-delete");
      this.#undeleted.add(message.id);
      this.#confirmed.add(message.id);
    } catch (error) {
      this.#onFailure(message, error, started);
    } finally {
      if (alone) this.#alone--;
      this.#publishing.delete(message.id);
    }
  }

  #onFailure({ id, ...message }: OutboxMessage, error: unknown, started: number): void {
    const code = error instanceof MessagingError ? error.code : "other";
    this.#observer?.failed({ id, ...message }, code, started);
    if (error instanceof UnacceptableMessageError) {
      this.#refused.add({ id, reason: error.reason, refusal: error.message });
    } else {
      (noQueue.has(code) ? this.#returned : this.#unsent).add(id);
    }
    const { type, correlationId, headers } = message;
    this.#warn(
      error,
      { messageId: id, type, correlationId, traceId: traceIdOf(headers.traceparent) },
      "a message was not published; it stays in the outbox and is tried again",
      code,
    );
  }

  async #delete(ids: readonly string[]): Promise<void> {
    await deleteFromOutbox(this.#options.sql, ids);
    for (const id of ids) this.#undeleted.delete(id);
  }

  async #record(refusals: readonly Refusal[]): Promise<void> {
    const { sql, log, maxAttempts } = this.#options;
    const refused = await this.#inTurn(() => recordRefusals(sql, refusals, maxAttempts));
    for (const { id: messageId, type, reason, attempts, parked } of refused) {
      if (!parked) continue;
      this.#observer?.parked(type, reason);
      log.error(
        { messageId, type, reason, attempts },
        "a message was parked in the outbox: it is not tried again until an operator replays it",
      );
    }
  }

  /**
   * Runs statements one after the other. Together with one deletion and one renewal, a relay whose statements all wait
   * holds at most three of the connections that it shares with consumers and jobs.
   */
  #inTurn<Result>(statement: () => Promise<Result>): Promise<Result> {
    const result = this.#turn.then(statement);
    this.#turn = Promise.allSettled([result]);
    return result;
  }

  /** @param kind each is limited separately: no other kind suppresses a line about a possible repetition */
  #warn(error: unknown, fields: object, message: string, kind = ""): void {
    const level = levelOf(error);
    this.#occasionally(
      (suppressed) => this.#options.log[level]({ err: error, ...fields, suppressed }, message),
      `${level} ${kind} ${message}`,
    );
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
        const leased = await this.#inTurn(() =>
          leaseExpired(sql, {
            limit: room,
            leaseMilliseconds: lease,
            pausedRoutes: publisher.pausedRoutes,
            onlyFresh: this.#alone >= aloneAtOnce,
          }),
        );
        if (leased.length === 0) break;
        // A message that is already in memory has outlived its lease while the database was down.
        const unpublished = leased.filter(
          ({ message: { id } }) => !this.#publishing.has(id) && !this.#undeleted.has(id),
        );
        const fresh = unpublished.filter(({ attempts }) => attempts === 0);
        // Not awaited: they take long.
        for (const { message, attempts } of unpublished) if (attempts > 0) void this.#publish(message, true);
        // The next messages are read while the previous ones are published, but no more than that.
        const next = Promise.all(fresh.map(({ message }) => this.#publish(message)));
        await underWay;
        underWay = next;
      }
      await underWay;
      this.failures.succeeded();
    } catch (error) {
      this.failures.failed(error);
      this.#warn(error, {}, "the outbox could not be swept; the next sweep tries again");
    }
  }
}
