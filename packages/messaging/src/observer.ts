import type { Delivery } from "./consume/delivery.ts";
import type { DeadLetterReason } from "./message/codec.ts";
import type { HeaderValue, MessageContext } from "./message/message.ts";

/**
 * Told what the runtime does, for whoever counts and traces it. The runtime calls it where messages are handled, so
 * everything here must be cheap, and must not throw.
 */
export interface Observer {
  /** A batch of this queue is about to be handled; those of it that keep the contract, each id once. */
  batch(queue: string, deliveries: readonly Delivery<unknown>[]): ObservedBatch;
  /** How the service's own queues looked when they were last declared. */
  queues(glances: readonly QueueGlance[]): void;
  /** The broker has confirmed a dead letter in the queue that it had failed in. */
  replayed(replay: Replay): void;
}

/** Exactly one of `settled` and `abandoned` ends it. */
export interface ObservedBatch {
  /** By message id: what messages that a delivery causes carry instead of its own context. */
  readonly contexts?: ReadonlyMap<string, MessageContext>;
  /** The broker has confirmed a failed message in its next queue. */
  redirected(redirection: Redirection): void;
  /** Everything that was not redirected is applied. */
  settled(): void;
  /** The session ended before; the broker hands the batch over again. */
  abandoned(): void;
}

export interface Redirection {
  /** Absent when the message has no readable one. */
  readonly messageId: string | undefined;
  /** `unknown` unless the queue takes messages of this type: what the message says may be anything. */
  readonly type: string;
  /** By which it went. */
  readonly exchange: string;
  /** Where it is now. */
  readonly queue: string;
  /** Undefined on the way to a retry tier. */
  readonly deadLettered: DeadLetterReason | undefined;
  readonly reason: string;
  /** `performance.now()` when it was handed over. */
  readonly started: number;
}

export interface Replay {
  readonly queue: string;
  /** By which it went. */
  readonly exchange: string;
  readonly messageId: string | undefined;
  readonly headers: Readonly<Record<string, HeaderValue>>;
  /** `performance.now()` when it was handed over. */
  readonly started: number;
}

export interface QueueGlance {
  readonly queue: string;
  /** Messages that no consumer holds. */
  readonly ready: number;
  readonly consumers: number;
}
