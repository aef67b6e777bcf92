/**
 * Publishing: `publish` encodes a message of the outbox (encode.ts) and puts it into the window of unconfirmed messages
 * (confirms.ts), which sends it on a channel of the publishing connection and resolves on the broker's confirm. When
 * the broker closes that channel because of a message, those that were sent on it are sent again one by one
 * (one-by-one.ts), which shows which one was the cause; exchanges found to be the cause are remembered
 * (refused-exchanges.ts).
 */
import type { ChannelModel } from "amqplib";
import { superviseSession, watched } from "../connection/channel.ts";
import type { Connection } from "../connection/connection.ts";
import {
  MessagingError,
  type MessagingErrorCode,
  type RefusalReason,
  UnacceptableMessageError,
} from "../errors.ts";
import { atMostEvery, callSafely, type Log, logInterval } from "../log.ts";
import type { OutboxMessage } from "../message/message.ts";
import { pause } from "../timing.ts";
import { isOnRoute } from "../topology/address.ts";
import type { PublishedRoute } from "../topology/topology.ts";
import type { TopologyKeeper } from "../topology/topology-keeper.ts";
import { Confirms, type ConfirmsOptions, type Publication } from "./confirms.ts";
import { encodeOutboxMessage } from "./encode.ts";
import { exchangeIn, publishFault, reasonOf } from "./fault.ts";
import { OneByOne } from "./one-by-one.ts";
import { RefusedExchanges } from "./refused-exchanges.ts";

/** Publishes messages of the outbox. Only the relay uses it. */
export interface Publisher {
  /** Connected, the topology declared, and not blocked by the broker. */
  readonly ready: boolean;

  /**
   * Routes whose messages are rejected: a queue that they must reach is missing, or their exchange is missing or may
   * not be written to.
   */
  readonly pausedRoutes: readonly PublishedRoute[];

  /**
   * Calls `listener` each time the publisher becomes ready and each time a route is no longer paused.
   * @returns a function that removes the listener
   */
  onReady(listener: () => void): () => void;

  /**
   * Sends a message and resolves once the broker has confirmed it: it is then on disk in every queue bound for it. Up to
   * `publishWindow` messages are unconfirmed at once, further ones queue in order. The promise is always resolved or
   * rejected: at the latest `confirmTimeout` after the call, and at once when the connection is lost.
   *
   * @throws MessagingError
   *   `message-returned`, `message-refused`: it is in no queue, and may be published later;
   *   `message-unacceptable`, an UnacceptableMessageError: it is in no queue, and the message itself is the cause;
   *   `topology-mismatch`: it is in no queue, because its route is paused;
   *   `confirm-timeout`, `channel-closed`, `connection-closed`: unknown, it may have arrived. Publishing it again is safe,
   *   because consumers recognize its id.
   */
  publish(message: OutboxMessage): Promise<void>;

  /**
   * The same for a message that was unacceptable before: it is alone on a channel, so that no other message is
   * affected.
   */
  publishAlone(message: OutboxMessage): Promise<void>;
}

export interface PublisherOptions {
  readonly connection: Connection;
  readonly confirms: ConfirmsOptions;
  readonly keeper: TopologyKeeper;
  readonly log: Log;
}

/** The exchange exists and took the message, although no queue did. */
const tookIt: ReadonlySet<MessagingErrorCode> = new Set<MessagingErrorCode>([
  "message-returned",
  "message-refused",
]);

export class OutboxPublisher implements Publisher {
  readonly #connection: Connection;
  readonly #keeper: TopologyKeeper;
  readonly #confirms: Confirms;
  readonly #alone: OneByOne;
  readonly #refused = new RefusedExchanges();
  readonly #log: Log;
  readonly #listeners = new Set<() => void>();
  #wasReady = false;
  #pausedBefore = 0;
  #closed = false;

  constructor({ connection, confirms, keeper, log }: PublisherOptions) {
    this.#connection = connection;
    this.#keeper = keeper;
    this.#log = log;
    this.#confirms = new Confirms({ ...confirms, keepUnsent: true });
    this.#alone = new OneByOne(connection, confirms);
    connection.on("blocked", () => this.#confirms.pause(true));
    connection.on("unblocked", () => this.#confirms.pause(false));
    connection.on("disconnected", () => {
      this.#confirms.pause(false);
      this.#confirms.abandon(
        new MessagingError("connection-closed", "the connection to the broker was lost"),
      );
    });
    for (const event of ["blocked", "unblocked", "disconnected"] as const) {
      connection.on(event, () => this.update());
    }
    const occasionally = atMostEvery(logInterval);
    superviseSession(
      connection,
      async (model: ChannelModel) => {
        const { channel, closed } = await watched(model.createConfirmChannel());
        this.#confirms.attach(channel);
        this.update();
        const error = await closed;
        this.update();
        throw error;
      },
      (error) => {
        // Most likely an exchange was deleted.
        keeper.declareSoon();
        occasionally(() => log.warn({ err: error }, "the publisher's channel was lost"));
      },
    );
  }

  get ready(): boolean {
    return !this.#closed && this.#confirms.open && this.#keeper.declared;
  }

  get pausedRoutes(): readonly PublishedRoute[] {
    const { pausedRoutes } = this.#keeper;
    if (this.#refused.none) return pausedRoutes;
    const refused = this.#keeper.routes.filter(
      (route) => this.#refused.waiting(route.exchange) && !pausedRoutes.includes(route),
    );
    return [...pausedRoutes, ...refused];
  }

  /** Why messages for the service's own exchanges are not published, as the broker says it. */
  get problems(): readonly string[] {
    return this.#refused.present.filter(({ known }) => known).map(({ text }) => text);
  }

  onReady(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  publish(message: OutboxMessage): Promise<void> {
    const obstacle = this.#obstacle(message);
    if (obstacle) return Promise.reject(obstacle);
    const publication = encodeOutboxMessage(message);
    if (this.#refused.has(message.exchange)) return this.#publishAlone(publication);
    return this.#confirms.publish(publication).catch((error) => this.#onRejected(publication, error));
  }

  publishAlone(message: OutboxMessage): Promise<void> {
    const obstacle = this.#obstacle(message);
    return obstacle ? Promise.reject(obstacle) : this.#publishAlone(encodeOutboxMessage(message));
  }

  /** Why a message is not sent at all. */
  #obstacle(message: OutboxMessage): MessagingError | undefined {
    const { type, id, exchange } = message;
    if (this.#closed) {
      return new MessagingError(
        "connection-closed",
        `cannot publish ${type} ${id}: the broker is being closed`,
      );
    }
    const paused = this.#keeper.pausedRoutes.find((route) => isOnRoute(message, route));
    if (this.#connection.model && paused) {
      const missing = paused.queues.join(", ");
      return new MessagingError(
        "topology-mismatch",
        `cannot publish ${type} ${id} yet: one of the queues it must reach is missing: ${missing}`,
      );
    }
    return this.#refusal(exchange, type, id);
  }

  /** No message may try this exchange at present. */
  #refusal(exchange: string, type: string, id: string): MessagingError | undefined {
    const refusal = this.#refused.waiting(exchange);
    return (
      refusal && this.#unacceptable(exchange, refusal.reason, `cannot publish ${type} ${id}: ${refusal.text}`)
    );
  }

  /** The message, or another one on its channel, was rejected. */
  async #onRejected(publication: Publication, error: unknown): Promise<void> {
    const fault = publishFault(error);
    if (!fault) throw this.#verdict(publication, error);
    const named = exchangeIn(fault);
    if (named === undefined || named === publication.exchange) return this.#publishAlone(publication);
    // Another message's exchange. It is sent again like a new one.
    return this.#confirms.publish(publication).catch((again) => this.#onRejected(publication, again));
  }

  async #publishAlone(publication: Publication): Promise<void> {
    const { exchange, properties } = publication;
    let tries = false;
    try {
      await this.#alone.publish(publication, () => {
        // An earlier one may have shown that its exchange is refused.
        const refusal = this.#refusal(exchange, properties.type ?? "", properties.messageId ?? "");
        if (refusal) throw refusal;
        tries = true;
        this.#refused.tries(exchange, true);
      });
      this.#refused.accepted(exchange);
    } catch (error) {
      if (error instanceof MessagingError && tookIt.has(error.code)) this.#refused.accepted(exchange);
      throw this.#verdict(publication, error);
    } finally {
      if (tries) this.#refused.tries(exchange, false);
      this.update();
    }
  }

  /** The error to report for a message that was alone on its channel, or that others cannot have affected. */
  #verdict(publication: Publication, error: unknown): unknown {
    const { exchange, routingKey } = publication;
    const fault = publishFault(error);
    const text = error instanceof Error ? error.message : String(error);
    if (fault) {
      const reason = reasonOf(fault);
      if (reason !== "exchange-missing" && reason !== "not-permitted") {
        return new UnacceptableMessageError(reason, text, { cause: error });
      }
      const known = this.#keeper.publishesTo(exchange);
      this.#refused.refused(exchange, { reason, known, text: fault.text });
      if (known) this.#keeper.declareSoon();
      return this.#unacceptable(exchange, reason, text, error);
    }
    if (!(error instanceof MessagingError)) return error;
    if (error.code === "message-invalid") {
      return new UnacceptableMessageError("unencodable", text, { cause: error });
    }
    if (error.code !== "message-returned") return error;
    // A queue or binding of one of the service's routes will be declared again; nothing would restore any other.
    const known = this.#keeper.routes.some((route) => isOnRoute({ exchange, routingKey }, route));
    return known ? error : new UnacceptableMessageError("unroutable", text, { cause: error });
  }

  /** An exchange of the service is declared again, or its permission restored; until then its routes are paused. */
  #unacceptable(exchange: string, reason: RefusalReason, message: string, cause?: unknown): MessagingError {
    return this.#keeper.publishesTo(exchange)
      ? new MessagingError("topology-mismatch", message, { cause })
      : new UnacceptableMessageError(reason, message, { cause });
  }

  /** Accepts nothing more, and waits up to `timeout` milliseconds for outstanding confirms. */
  async close(timeout: number): Promise<void> {
    this.#closed = true;
    const deadline = performance.now() + timeout;
    while (this.#confirms.pending + this.#alone.pending > 0 && performance.now() < deadline) await pause(5);
  }

  /** The topology was declared: exchanges that were missing may exist now. */
  onDeclared(): void {
    this.#refused.retryMissing();
    this.update();
  }

  /** Calls the listeners when more can be published than before. */
  update(): void {
    const { ready, pausedRoutes } = this;
    const became = ready && (!this.#wasReady || pausedRoutes.length < this.#pausedBefore);
    this.#wasReady = ready;
    this.#pausedBefore = pausedRoutes.length;
    if (became) for (const listener of this.#listeners) callSafely(listener, this.#log);
  }
}
