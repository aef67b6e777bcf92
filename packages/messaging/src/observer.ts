import type { Delivery } from "./consume/handler.ts";
import type { DeadLetterReason } from "./consume/outcome.ts";
import type { MessagingErrorCode } from "./errors.ts";
import type { HeaderValue, MessageContext, OutboxMessage } from "./message/message.ts";

/**
 * Receives what the runtime does, for metrics and traces. Its methods are called while messages are handled: they must be
 * cheap and must not throw.
 */
export interface Observer {
  /** A batch of this queue is about to be handled. `deliveries` are those that keep the contract, each id once. */
  batch(queue: string, deliveries: readonly Delivery<unknown>[]): ObservedBatch;
  request(message: OutboxMessage): ObservedRequest;
  /** The service's own queues when they were last declared. */
  queues(statuses: readonly QueueStatus[]): void;
  /** The broker confirmed a replayed dead letter in the queue that it had failed in. */
  replayed(replay: Replay): void;
}

/** Ends with exactly one call of `acknowledged` or `abandoned`. */
export interface ObservedBatch {
  /** By message id: the context for messages that a delivery causes, in place of the delivery's own. */
  readonly contexts?: ReadonlyMap<string, MessageContext>;
  /** The broker confirmed a failed message in its next queue. */
  redirected(redirection: Redirection): void;
  /** The answer to a request was sent, or refused. */
  answered(answer: SentAnswer): void;
  /** Everything that was not redirected is applied. */
  acknowledged(): void;
  /** The session ended first; the broker redelivers the batch. */
  abandoned(): void;
}

/** Ends with exactly one call of `answered` or `failed`. */
export interface ObservedRequest {
  /** The same request, with the context for what it causes: this one is sent. */
  readonly message: OutboxMessage;
  /** A reply that keeps the contract arrived. */
  answered(): void;
  failed(reason: RequestFailure): void;
}

/** `aborted`: the caller's signal was. */
export type RequestFailure = MessagingErrorCode | "aborted" | "other";

export interface SentAnswer {
  /** That of the request. */
  readonly messageId: string | undefined;
  readonly message: OutboxMessage;
  /** The broker refused it for good: the requester gets none. */
  readonly refused: boolean;
  /** `performance.now()` when it was handed over. */
  readonly started: number;
}

export interface Redirection {
  /** Undefined when the message has no readable id. */
  readonly messageId: string | undefined;
  /** `unknown` unless the queue accepts messages of this type: the property itself may hold anything. */
  readonly type: string;
  /** The exchange it was published to. */
  readonly exchange: string;
  /** The queue it is in now. */
  readonly queue: string;
  /** Undefined when it went to a retry tier. */
  readonly deadLettered: DeadLetterReason | undefined;
  readonly reason: string;
  /** `performance.now()` when it was published. */
  readonly started: number;
}

export interface Replay {
  readonly queue: string;
  /** The exchange it was published to. */
  readonly exchange: string;
  readonly messageId: string | undefined;
  readonly headers: Readonly<Record<string, HeaderValue>>;
  /** `performance.now()` when it was published. */
  readonly started: number;
}

export interface QueueStatus {
  readonly queue: string;
  /** Messages that no consumer holds. */
  readonly ready: number;
  readonly consumers: number;
}
