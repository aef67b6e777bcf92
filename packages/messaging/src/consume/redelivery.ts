import type { ConsumeMessage } from "amqplib";
import type { Connection } from "../connection/connection.ts";
import { MessagingError } from "../errors.ts";
import { atMostEvery, type Log, logInterval } from "../log.ts";
import { failedAttempts, plainHeaders } from "../message/headers.ts";
import type { HeaderValue } from "../message/message.ts";
import { confirmsOver } from "../publish/confirm-channels.ts";
import type { Confirms, ConfirmsOptions, Publication } from "../publish/confirms.ts";
import { isReplyAddress } from "../request/reply-to.ts";
import { Backoff, pause } from "../timing.ts";
import type { ConsumedQueueDescriptor } from "../topology/topology.ts";
import type { DeadLetterReason } from "./outcome.ts";

/** How a delivery failed, which decides where its message goes. */
export type Failure =
  | { readonly kind: "retry"; readonly reason: string }
  /** To a retry tier, without an attempt used up. */
  | { readonly kind: "postpone"; readonly reason: string }
  | { readonly kind: "dead-letter"; readonly why: DeadLetterReason; readonly reason: string };

export interface RedeliveryOptions {
  readonly connection: Connection;
  readonly confirms: ConfirmsOptions;
  /** Restores a missing queue that a message was returned for. */
  readonly declare: () => void;
  readonly log: Log;
}

/** Sends failed messages to their next retry tier or to the dead-letter queue, on its own channel. */
export class Redelivery {
  readonly #options: RedeliveryOptions;
  readonly #confirms: Confirms;
  readonly #occasionally = atMostEvery(logInterval);

  constructor(options: RedeliveryOptions) {
    this.#options = options;
    this.#confirms = confirmsOver(options.connection, options.confirms, (error) => this.#warn(error));
  }

  /**
   * Resolves once the broker has confirmed the message in its next queue. Retries whatever fails until `signal` is
   * aborted; then it resolves with undefined, and the message must not be acknowledged.
   */
  async send(
    message: ConsumeMessage,
    failure: Failure,
    queue: ConsumedQueueDescriptor,
    signal: AbortSignal,
  ): Promise<Redirected | undefined> {
    const backoff = new Backoff(100, 5_000);
    const redirect = redirected(message, failure, queue);
    let publication = redirect.publication;
    for (;;) {
      try {
        await this.#confirms.publish(publication);
        return redirect;
      } catch (error) {
        this.#warn(error);
        const code = error instanceof MessagingError ? error.code : undefined;
        if (code === "message-returned") this.#options.declare();
        if (code === "message-invalid") publication = redirect.fallback;
        await pause(backoff.next(), signal);
        if (signal.aborted) return undefined;
      }
    }
  }

  #warn(error: unknown): void {
    this.#occasionally(() =>
      this.#options.log.warn({ err: error }, "a failed message could not be redirected; trying again"),
    );
  }
}

/** Where a failed message goes, and with which headers. */
export interface Redirected extends Forwarded {
  readonly routingKey: string;
  /** Undefined when it goes to a retry tier. */
  readonly deadLettered: DeadLetterReason | undefined;
}

export function redirected(
  message: ConsumeMessage,
  failure: Failure,
  queue: ConsumedQueueDescriptor,
): Redirected {
  const { fields } = message;
  const headers = plainHeaders(message);
  const failed = failedAttempts(headers);
  const tier = tierFor(failure, failed, queue);
  const deadLettered = tier ? undefined : failure.kind === "dead-letter" ? failure.why : "retries-exhausted";
  const now = new Date().toISOString();

  const failureHeaders: Record<string, HeaderValue> = {
    ...(failure.kind !== "postpone" && { "retry-attempt": failed + 1 }),
    "first-failed-at": validTime(headers["first-failed-at"]) ?? now,
    "failure-reason": failure.reason.slice(0, 500).toWellFormed(),
    "original-exchange": text(headers["original-exchange"]) ?? fields.exchange,
    "original-routing-key": text(headers["original-routing-key"]) ?? fields.routingKey,
  };
  if (deadLettered) {
    failureHeaders["dead-lettered-at"] = now;
    failureHeaders["dead-letter-reason"] = deadLettered;
  }

  const routingKey = tier?.queue ?? queue.deadLetterQueue;
  return { routingKey, deadLettered, ...forwarded(message, queue, routingKey, headers, failureHeaders) };
}

function tierFor({ kind }: Failure, failed: number, { retryTiers }: ConsumedQueueDescriptor) {
  if (kind === "dead-letter") return undefined;
  return retryTiers[failed] ?? (kind === "postpone" ? retryTiers.at(-1) : undefined);
}

/** The same bytes with the same id, addressed to another queue of the service. */
export interface Forwarded {
  readonly publication: Publication;
  /** The same with only the runtime's headers, for messages whose headers a client can receive but not send. */
  readonly fallback: Publication;
}

/**
 * @param kept headers that it arrived with
 * @param own headers of the runtime, which override `kept`
 */
export function forwarded(
  { properties, content }: ConsumeMessage,
  { redeliveryExchange }: ConsumedQueueDescriptor,
  routingKey: string,
  kept: Readonly<Record<string, HeaderValue>>,
  own: Readonly<Record<string, HeaderValue>>,
): Forwarded {
  // Left out: whatever would change its route or lifetime on the broker (user_id, expiration, priority, CC and BCC, the
  // broker's own x- headers).
  const harmless = Object.entries(kept).filter(([key]) => !/^(x-|b?cc$)/i.test(key));
  const base = { exchange: redeliveryExchange, routingKey, content };
  const identity = {
    mandatory: true,
    persistent: true,
    messageId: properties.messageId,
    type: properties.type,
  } as const;
  return {
    publication: {
      ...base,
      properties: {
        ...identity,
        timestamp: properties.timestamp,
        correlationId: properties.correlationId,
        // A request that is retried is answered all the same.
        ...(isReplyAddress(properties.replyTo) && { replyTo: properties.replyTo }),
        appId: properties.appId,
        contentType: properties.contentType,
        contentEncoding: properties.contentEncoding,
        headers: { ...Object.fromEntries(harmless), ...own },
      },
    },
    fallback: { ...base, properties: { ...identity, headers: own } },
  };
}

function validTime(value: HeaderValue | undefined): string | undefined {
  return typeof value === "string" && !Number.isNaN(Date.parse(value)) ? value : undefined;
}

function text(value: HeaderValue | undefined): string | undefined {
  return typeof value === "string" && value.length <= 255 ? value : undefined;
}
