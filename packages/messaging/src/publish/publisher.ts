/**
 * Publishing: `publish` encodes a message of the outbox (encode.ts) and puts it into the window of unconfirmed messages
 * (confirms.ts), which sends it on a channel of the publishing connection and resolves on the broker's confirm.
 */
import type { ChannelModel } from "amqplib";
import { superviseSession, watched } from "../connection/channel.ts";
import type { Connection } from "../connection/connection.ts";
import { MessagingError } from "../errors.ts";
import { atMostEvery, callSafely, type Log, logInterval } from "../log.ts";
import type { OutboxMessage } from "../message/message.ts";
import { pause } from "../timing.ts";
import type { PublishedRoute } from "../topology/topology.ts";
import type { TopologyKeeper } from "../topology/topology-keeper.ts";
import { Confirms, type ConfirmsOptions } from "./confirms.ts";
import { encodeOutboxMessage } from "./encode.ts";

/** Publishes messages of the outbox. Only the relay uses it. */
export interface Publisher {
  /** Connected, the topology declared, and not blocked by the broker. */
  readonly ready: boolean;

  /** Routes that lack a queue their messages must reach; messages on them are rejected. */
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
   *   `message-returned`, `message-refused`, `message-invalid`: it is in no queue;
   *   `topology-mismatch`: not sent, because its route is paused;
   *   `confirm-timeout`, `channel-closed`, `connection-closed`: unknown, it may have arrived. Publishing it again is safe,
   *   because consumers recognize its id.
   */
  publish(message: OutboxMessage): Promise<void>;
}

export interface PublisherOptions {
  readonly connection: Connection;
  readonly confirms: ConfirmsOptions;
  readonly keeper: TopologyKeeper;
  readonly log: Log;
}

export class OutboxPublisher implements Publisher {
  readonly #connection: Connection;
  readonly #keeper: TopologyKeeper;
  readonly #confirms: Confirms;
  readonly #log: Log;
  readonly #listeners = new Set<() => void>();
  #wasReady = false;
  #pausedBefore = 0;
  #closed = false;

  constructor({ connection, confirms, keeper, log }: PublisherOptions) {
    this.#connection = connection;
    this.#keeper = keeper;
    this.#log = log;
    this.#confirms = new Confirms(confirms);
    connection.on("blocked", () => this.#confirms.pause(true));
    connection.on("unblocked", () => this.#confirms.pause(false));
    connection.on("disconnected", () => this.#confirms.pause(false));
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
    return this.#keeper.pausedRoutes;
  }

  onReady(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  publish(message: OutboxMessage): Promise<void> {
    if (this.#closed) {
      return Promise.reject(
        new MessagingError(
          "connection-closed",
          `cannot publish ${message.type} ${message.id}: the broker is being closed`,
        ),
      );
    }
    const paused = this.pausedRoutes.find((route) => isOnRoute(message, route));
    if (this.#connection.model && paused) {
      return Promise.reject(
        new MessagingError(
          "topology-mismatch",
          `cannot publish ${message.type} ${message.id} yet: one of the queues it must reach is missing: ${paused.queues.join(", ")}`,
        ),
      );
    }
    return this.#confirms.publish(encodeOutboxMessage(message));
  }

  /** Accepts nothing more, and waits up to `timeout` milliseconds for outstanding confirms. */
  async close(timeout: number): Promise<void> {
    this.#closed = true;
    const deadline = performance.now() + timeout;
    while (this.#confirms.pending > 0 && performance.now() < deadline) await pause(5);
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

/** True when the message is published on this route. */
export function isOnRoute(message: OutboxMessage, route: PublishedRoute): boolean {
  return message.routingKey === route.routingKey && message.exchange === route.exchange;
}
