import type { HeaderValue, MessageContext } from "../message/message.ts";
import type { Outcome } from "./outcome.ts";

/** One message, decoded and validated against the contract. */
export interface Delivery<Payload> {
  /** The outbox row's id of the producer, a UUIDv7; the same on every redelivery and replay. */
  readonly messageId: string;
  /** The message's name in the contract, e.g. `order.created`. */
  readonly type: string;
  readonly payload: Payload;
  readonly headers: Readonly<Record<string, HeaderValue>>;
  /** When the producer's transaction made the message, to the second. */
  readonly publishedAt: Date;
  /** 1 on the first attempt, one more after each retry tier. */
  readonly attempt: number;
  /** The broker handed it over before and saw no ack. */
  readonly redelivered: boolean;
  /** Where it was last published to: after a retry, the service's redelivery exchange and the queue's name. */
  readonly exchange: string;
  readonly routingKey: string;
  /** What the message is about, as its contract's `correlationId` has it. */
  readonly correlationId: string;
  /** To be handed to the outbox with every message that this delivery causes. */
  readonly context: MessageContext;
}

/**
 * Applies deliveries of one message, 1…batchSize at a time in order of arrival, inside `tx`, and returns
 * one outcome each, in the same order. Each delivery's id is new to the inbox. Called again with single
 * deliveries when a batch fails, so it must leave nothing behind outside of `tx`.
 */
export type Handler<Payload, Transaction> = (
  deliveries: readonly Delivery<Payload>[],
  tx: Transaction,
) => Promise<readonly Outcome[]>;
