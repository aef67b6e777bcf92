import { createHash } from "node:crypto";
import type { ConsumeMessage } from "amqplib";
import { type DeadLetterReason, failedAttempts, plainHeaders } from "../message/codec.ts";
import type { HeaderValue } from "../message/message.ts";
import { traceIdOf } from "../message/trace-context.ts";

/**
 * Why a message is dead: what the runtime wrote into its headers, or `other` when somebody else put it there,
 * such as the broker.
 */
export type DeadLetterKind = DeadLetterReason | "other";

export const deadLetterKinds: readonly DeadLetterKind[] = [
  "undecodable",
  "invalid",
  "unknown-message",
  "rejected",
  "retries-exhausted",
  "quarantined",
  "other",
];

/** A message in a dead-letter queue, as far as its properties and headers can be read. */
export interface DeadLetter {
  /** The queue whose consumer gave it up, e.g. `order.stock`; not the dead-letter queue itself. */
  readonly queue: string;
  /**
   * What it is addressed by: its AMQP `message_id`; of a message without one, or with one that fits into no URL,
   * `sha256:` and a digest of its content. Copies of a message share it.
   */
  readonly id: string;
  /** The AMQP property as it came; without it no consumer takes the message. */
  readonly messageId?: string;
  readonly type?: string;
  readonly reason: DeadLetterKind;
  /** What the last attempt failed with. */
  readonly failureReason?: string;
  /** Attempts that failed. */
  readonly attempts: number;
  /** RFC 3339, as all times here. */
  readonly firstFailedAt?: string;
  readonly deadLetteredAt?: string;
  /** When the producer made it, to the second. */
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

/** A dead letter with its bytes, and headers that may say more than the fields above. */
export interface OpenedDeadLetter extends DeadLetter {
  readonly headers: Readonly<Record<string, HeaderValue>>;
  readonly content: Buffer;
}

/** Reads a message of the dead-letter queue of `queue`; whatever is in it, this does not throw. */
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
  // The broker's counters tell how often somebody looked at it.
  const { "x-delivery-count": _, "x-acquired-count": __, ...headers } = plainHeaders(message);
  return { ...readDeadLetter(queue, message), headers, content: message.content };
}

/** Stands in a path and in a shell without quoting. */
const addressable = /^[\w.:-]{1,128}$/;

/** The same as long as the message is, also after it was replayed and failed again. */
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

/** The fields that have a value. */
function present<Fields extends object>(fields: Fields): Present<Fields>;
function present(fields: object): object {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}
