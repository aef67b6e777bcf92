import type { ChannelModel } from "amqplib";
import { superviseSession, watched } from "../connection/channel.ts";
import type { Connection } from "../connection/connection.ts";
import { MessagingError } from "../errors.ts";
import { callSafely, type Log, type Throttle } from "../log.ts";
import { encodeOutboxMessage } from "../message/codec.ts";
import type { OutboxMessage } from "../message/message.ts";
import { pause } from "../pause.ts";
import type { PublishedRoute } from "../topology/topology.ts";
import type { Upkeep } from "../topology/upkeep.ts";
import { Confirms, type ConfirmsOptions } from "./confirms.ts";

/** Publishes what stands in the outbox. Only the relay uses it. */
export interface Publisher {
  /** Connected, the topology declared, and not blocked by the broker. */
  readonly ready: boolean;

  /** Routes with a queue missing that their messages must reach; what is published on them is rejected. */
  readonly pausedRoutes: readonly PublishedRoute[];

  /**
   * Calls `listener` each time the publisher becomes ready, and when a route is paused no longer; returns a
   * function that ends it.
   */
  onReady(listener: () => void): () => void;

  /**
   * Sends a message, and resolves once the broker has confirmed it: it is then on disk in every queue bound
   * for it. Up to `window` messages are on their way at once, further ones queue in order. Always settles:
   * at the latest `confirmTimeout` after the call, and at once when the connection is lost.
   *
   * @throws MessagingError
   *   `message-returned`, `message-refused`, `message-invalid`: it is in no queue;
   *   `topology-mismatch`: not sent, since its route is paused;
   *   `confirm-timeout`, `channel-closed`, `connection-closed`: unknown, it may have arrived. Publishing it
   *   again is safe, since consumers know its id.
   */
  publish(message: OutboxMessage): Promise<void>;
}

export interface PublisherOptions {
  readonly connection: Connection;
  readonly confirms: ConfirmsOptions;
  readonly upkeep: Upkeep;
  readonly log: Log;
  readonly throttle: Throttle;
}

export class OutboxPublisher implements Publisher {
  readonly #connection: Connection;
  readonly #upkeep: Upkeep;
  readonly #confirms: Confirms;
  readonly #log: Log;
  readonly #listeners = new Set<() => void>();
  #wasReady = false;
  #pausedBefore = 0;
  #closed = false;

  constructor(options: PublisherOptions) {
    const { connection, upkeep } = options;
    this.#connection = connection;
    this.#upkeep = upkeep;
    this.#log = options.log;
    this.#confirms = new Confirms(options.confirms);
    connection.on("blocked", () => this.#confirms.pause(true));
    connection.on("unblocked", () => this.#confirms.pause(false));
    connection.on("disconnected", () => this.#confirms.pause(false));
    for (const event of ["blocked", "unblocked", "disconnected"] as const) {
      connection.on(event, () => this.update());
    }
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
        // Most likely an exchange is gone.
        upkeep.declareSoon();
        if (options.throttle.allows("publisher"))
          options.log.warn({ err: error }, "the publisher's channel was lost");
      },
    );
  }

  get ready(): boolean {
    return !this.#closed && this.#confirms.open && this.#upkeep.declared;
  }

  get pausedRoutes(): readonly PublishedRoute[] {
    return this.#upkeep.pausedRoutes;
  }

  onReady(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  publish(message: OutboxMessage): Promise<void> {
    if (this.#closed) {
      return Promise.reject(
        new MessagingError("connection-closed", `cannot publish ${message.type} ${message.id}: closing down`),
      );
    }
    const paused = this.pausedRoutes.find((route) => isOnRoute(message, route));
    if (this.#connection.model && paused) {
      return Promise.reject(
        new MessagingError(
          "topology-mismatch",
          `cannot publish ${message.type} ${message.id} yet: of the queues that it must reach, ${paused.queues.join(", ")}, one is missing`,
        ),
      );
    }
    return this.#confirms.publish(encodeOutboxMessage(message));
  }

  /** Takes nothing more, and waits up to `timeout` milliseconds for what is on its way. */
  async close(timeout: number): Promise<void> {
    this.#closed = true;
    const deadline = performance.now() + timeout;
    while (this.#confirms.pending > 0 && performance.now() < deadline) await pause(5);
  }

  /** Tells the listeners when more can be published than before. */
  update(): void {
    const { ready, pausedRoutes } = this;
    const became = ready && (!this.#wasReady || pausedRoutes.length < this.#pausedBefore);
    this.#wasReady = ready;
    this.#pausedBefore = pausedRoutes.length;
    if (became) for (const listener of this.#listeners) callSafely(listener, this.#log);
  }
}

/** True when the message goes by this route. */
export function isOnRoute(message: OutboxMessage, route: PublishedRoute): boolean {
  return message.routingKey === route.routingKey && message.exchange === route.exchange;
}
