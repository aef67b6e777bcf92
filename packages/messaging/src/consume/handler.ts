import { PermanentError } from "../errors.ts";
import {
  type HeaderValue,
  type MessageContext,
  type MessageDescriptor,
  type OutboxMessage,
  publishedMessage,
} from "../message/message.ts";
import type { Problem } from "../message/validation.ts";
import type { Answer, Outcome } from "./outcome.ts";

/** One message, decoded and validated against the contract. */
export interface Delivery<Payload, Headers extends object = object> {
  /** The id of the producer's outbox row, a UUIDv7; the same on every redelivery and replay. */
  readonly messageId: string;
  /** The message's name in the contract, e.g. `basket.filled`. */
  readonly type: string;
  readonly payload: Payload;
  /** The headers of the contract, and those that runtimes add. */
  readonly headers: Readonly<Headers> & Readonly<Record<string, HeaderValue>>;
  /** When the producer's transaction created the message, to the second. */
  readonly publishedAt: Date;
  /** 1 on the first attempt, one more after each retry tier. */
  readonly attempt: number;
  /** The broker delivered it before and received no ack. */
  readonly redelivered: boolean;
  /**
   * For a request only: its effects were committed before, and its answer may have been lost. The handler must write
   * nothing for it, and give the same answer.
   */
  readonly repeated?: boolean;
  /** Where it was last published: after a retry, the service's redelivery exchange and the queue's name. */
  readonly exchange: string;
  readonly routingKey: string;
  /** What the message is about, according to its contract's `correlationId`. */
  readonly correlationId: string;
  /** To be passed to the outbox with every message that this delivery causes. */
  readonly context: MessageContext;
}

/**
 * Applies deliveries of one message inside `tx`, 1…batchSize at a time in order of arrival, and returns one outcome for
 * each, in the same order. Each delivery's id is new to the inbox. When a batch fails, the handler is called again with
 * parts of it, so it must have no effects outside `tx`.
 */
export type Handler<Payload, Transaction, Headers extends object = object> = (
  deliveries: readonly Delivery<Payload, Headers>[],
  tx: Transaction,
) => Promise<readonly Outcome[]>;

/**
 * The same for a request: an answer for each delivery, or another outcome, which leaves the requester without one. Answers
 * are published after the commit. A delivery may be `repeated`.
 */
export type RequestHandler<Payload, Reply, Transaction, Headers extends object = object> = (
  deliveries: readonly Delivery<Payload, Headers>[],
  tx: Transaction,
) => Promise<readonly Answer<Reply>[]>;

/** A request whose effects are in the transaction, and its answer, valid against the contract. */
export interface Answered {
  readonly kind: "done";
  readonly answer: OutboxMessage;
}

/** One message of a queue and its handler; the payload's type is hidden inside. */
export interface Subscription<Transaction> {
  readonly type: string;
  /** It is a request: repeated ones are handled again. */
  readonly answers: boolean;
  /** Returns the first violation of the contract; fields that the contract does not name are ignored. */
  readonly checkPayload: (payload: unknown) => Problem | undefined;
  readonly checkHeaders: (headers: unknown) => Problem | undefined;
  /**
   * Hands deliveries that passed both checks to the handler.
   * @throws whatever the handler throws, and Error when it does not return one outcome for each delivery
   */
  readonly handle: (
    deliveries: readonly Delivery<unknown>[],
    tx: Transaction,
  ) => Promise<readonly (Outcome | Answered)[]>;
}

/** A delivery that keeps the contract, and its handler. */
export interface Item<Transaction> {
  readonly delivery: Delivery<unknown>;
  readonly subscription: Subscription<Transaction>;
}

/** The messages that a queue accepts, by type and schema version; undefined stands for any version or none. */
export type Subscriptions<Transaction> = ReadonlyMap<string, ReadonlyMap<unknown, Subscription<Transaction>>>;

/**
 * @param handlers one for each message of the queue, under the same key
 * @throws Error when a handler is missing or two messages have the same type and version
 */
export function subscriptionsOf<Transaction>(
  queue: {
    readonly name: string;
    readonly messages: Readonly<Record<string, MessageDescriptor<unknown>>>;
    readonly replies?: Readonly<Record<string, MessageDescriptor<unknown>>>;
  },
  handlers: Readonly<Record<string, AnyHandler<Transaction>>>,
): Subscriptions<Transaction> {
  const types = new Map<string, Map<unknown, Subscription<Transaction>>>();
  for (const [key, message] of Object.entries(queue.messages)) {
    const { type, schemaVersion } = message;
    const handler = handlers[key];
    if (!handler) throw new Error(`cannot consume "${queue.name}": there is no handler "${key}" for ${type}`);
    const versions = types.get(type) ?? new Map<unknown, Subscription<Transaction>>();
    if (versions.has(schemaVersion)) {
      const which = schemaVersion === undefined ? type : `${type} version ${schemaVersion}`;
      throw new Error(`cannot consume "${queue.name}": ${which} has two handlers`);
    }
    types.set(type, versions.set(schemaVersion, subscription(message, handler, queue.replies?.[key])));
  }
  return types;
}

type AnyHandler<Transaction> =
  | Handler<never, Transaction, never>
  | RequestHandler<never, unknown, Transaction, never>;

function subscription<Transaction>(
  message: MessageDescriptor<unknown>,
  handler: AnyHandler<Transaction>,
  reply: MessageDescriptor<unknown> | undefined,
): Subscription<Transaction> {
  // A delivery of this type and version has passed this message's checks.
  const isOurs = (delivery: Delivery<unknown>): delivery is Delivery<never, never> =>
    delivery.type === message.type &&
    (message.schemaVersion === undefined || delivery.headers["schema-version"] === message.schemaVersion);

  return {
    type: message.type,
    answers: reply !== undefined,
    checkPayload: (payload) => message.checkPayload(payload, false),
    checkHeaders: (headers) => message.checkHeaders(headers, false),
    async handle(deliveries, tx) {
      if (!deliveries.every(isOurs)) {
        throw new Error(`the handler of ${message.type} was given a delivery of another message`);
      }
      const outcomes = await handler(deliveries, tx);
      if (outcomes.length !== deliveries.length) {
        throw new Error(
          `the handler of ${message.type} returned ${outcomes.length} outcomes for ${deliveries.length} deliveries; ` +
            "it must return one for each, in the same order",
        );
      }
      return outcomes.map((outcome, index) =>
        outcome.kind === "answer" ? answered(message, reply, deliveries[index], outcome.payload) : outcome,
      );
    },
  };
}

/** @throws MessagingError `message-invalid` when the answer breaks the contract */
function answered(
  message: MessageDescriptor<unknown>,
  reply: MessageDescriptor<unknown> | undefined,
  delivery: Delivery<unknown> | undefined,
  payload: unknown,
): Answered {
  if (!reply) throw new PermanentError(`the handler of ${message.type} answers it, and it is no request`);
  // The sender knows the rest of its address.
  const address = { service: "", exchange: "", routingKey: "" };
  return {
    kind: "done",
    answer: publishedMessage({ message: reply, ...address }, payload, delivery?.context),
  };
}
