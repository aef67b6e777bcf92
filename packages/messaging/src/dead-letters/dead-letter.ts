import { createHash } from "node:crypto";
import type { ConsumeMessage } from "amqplib";
import type { DeadLetterReason } from "../consume/outcome.ts";
import { type RefusalReason, refusalReasons } from "../errors.ts";
import { failedAttempts, plainHeaders } from "../message/headers.ts";
import type { HeaderValue } from "../message/message.ts";
import { traceIdOf } from "../message/trace-context.ts";

/**
 * Why a message was dead-lettered: the reason in its headers, or `other` when it did not come from this runtime; for
 * one that was never published, why the broker refuses it.
 */
export type DeadLetterKind = DeadLetterReason | RefusalReason | "other";

export const deadLetterKinds: readonly DeadLetterKind[] = [
  "undecodable",
  "invalid",
  "unknown-message",
  "rejected",
  "retries-exhausted",
  "quarantined",
  ...refusalReasons,
  "other",
];

/** A dead letter, as far as its properties and headers are readable. */
export interface DeadLetter {
  /**
   * The queue whose consumer dead-lettered it, e.g. `parcel.baskets`, not the dead-letter queue itself; or the outbox
   * that it is parked in.
   */
  readonly queue: string;
  /**
   * Identifies it to operators: its AMQP `message_id`, or `sha256:` and a digest of its content when it has none or one
   * that does not fit in a URL. Copies of a message share it.
   */
  readonly id: string;
  /** The AMQP property as it arrived; no consumer accepts a message without one. */
  readonly messageId?: string;
  readonly type?: string;
  readonly reason: DeadLetterKind;
  readonly failureReason?: string;
  readonly attempts: number;
  /** RFC 3339, like all times here. */
  readonly firstFailedAt?: string;
  readonly deadLetteredAt?: string;
  /** When the producer created it, to the second. */
  readonly publishedAt?: string;
  /** The service that published it: AMQP `app_id`. */
  readonly producer?: string;
  readonly correlationId?: string;
  readonly causationId?: string;
  /** The 32 hex digits of its W3C `traceparent`. */
  readonly traceId?: string;
  readonly originalExchange?: string;
  readonly originalRoutingKey?: string;
  readonly contentBytes: number;
}

/** A dead letter with its content and all its headers. */
export interface OpenedDeadLetter extends DeadLetter {
  readonly headers: Readonly<Record<string, HeaderValue>>;
  readonly content: Buffer;
}

/** Reads a message of the dead-letter queue of `queue`; never throws, whatever the message holds. */
export function readDeadLetter(queue: string, message: ConsumeMessage): DeadLetter {
  const { properties, content } = message;
  const headers = plainHeaders(message);
  const messageId = text(properties.messageId);
  const kind = deadLetterKinds.find((one) => one === headers["dead-letter-reason"]);
  return {
    queue,
    id: messageId !== undefined && addressable.test(messageId) ? messageId : digest(message),
    reason: kind ?? "other",
    attempts: failedAttempts(headers),
    contentBytes: content.length,
    ...present({
      messageId,
      type: text(properties.type),
      failureReason: text(headers["failure-reason"]) ?? text(headers["x-first-death-reason"]),
      firstFailedAt: time(headers["first-failed-at"]),
      deadLetteredAt: time(headers["dead-lettered-at"]),
      publishedAt: typeof properties.timestamp === "number" ? time(properties.timestamp * 1000) : undefined,
      producer: text(properties.appId),
      correlationId: text(properties.correlationId),
      causationId: text(headers["causation-id"]),
      traceId: traceIdOf(headers.traceparent),
      originalExchange: text(headers["original-exchange"]),
      originalRoutingKey: text(headers["original-routing-key"]),
    }),
  };
}

export function openDeadLetter(queue: string, message: ConsumeMessage): OpenedDeadLetter {
  // These counters of the broker only show how often it was read.
  const { "x-delivery-count": _, "x-acquired-count": __, ...headers } = plainHeaders(message);
  return { ...readDeadLetter(queue, message), headers, content: message.content };
}

/** Needs no quoting in a path or a shell, and is no step in a path. */
const addressable = /^(?!\.{1,2}$)[\w.:-]{1,128}$/;

/** Stays the same when the message is replayed and fails again. */
function digest({ content, properties }: ConsumeMessage): string {
  const hash = createHash("sha256");
  hash.update(JSON.stringify([properties.messageId, properties.type])).update(content);
  return `sha256:${hash.digest("hex").slice(0, 32)}`;
}

function text(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}

function time(value: HeaderValue | undefined): string | undefined {
  if (typeof value !== "string" && typeof value !== "number") return undefined;
  const date = new Date(value);
  return Number.isNaN(date.getTime()) ? undefined : date.toISOString();
}

type Present<Fields> = { [Name in keyof Fields]?: Exclude<Fields[Name], undefined> };

/** Without the undefined fields. */
function present<Fields extends object>(fields: Fields): Present<Fields>;
function present(fields: object): object {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}
