import { isUtf8 } from "node:buffer";
import type { ConsumeMessage } from "amqplib";
import type { Delivery } from "../consume/delivery.ts";
import type { Subscription } from "../consume/subscription.ts";
import type { Publication } from "../publish/confirms.ts";
import type { HeaderValue, MessageContext, OutboxMessage } from "./message.ts";

/** Why a message was given up, as its `dead-letter-reason` header says. */
export type DeadLetterReason =
  | "undecodable"
  | "invalid"
  | "unknown-message"
  | "rejected"
  | "retries-exhausted"
  | "quarantined";

/** What came of reading a message: a delivery that keeps the contract, or what is wrong with it. */
export type Decoded<Transaction> =
  | { readonly delivery: Delivery<unknown>; readonly subscription: Subscription<Transaction> }
  | { readonly why: DeadLetterReason; readonly reason: string };

/** The messages that a queue takes, by type and schema version. */
export type Subscriptions<Transaction> = ReadonlyMap<string, ReadonlyMap<number, Subscription<Transaction>>>;

export function subscriptionsByType<Transaction>(
  queue: string,
  subscriptions: readonly Subscription<Transaction>[],
): Subscriptions<Transaction> {
  const types = new Map<string, Map<number, Subscription<Transaction>>>();
  for (const subscription of subscriptions) {
    const { type, schemaVersion } = subscription;
    const versions = types.get(type) ?? new Map<number, Subscription<Transaction>>();
    if (versions.has(schemaVersion)) {
      throw new Error(`cannot consume "${queue}": ${type} version ${schemaVersion} has two handlers`);
    }
    types.set(type, versions.set(schemaVersion, subscription));
  }
  return types;
}

/** Bytes of content that a consumer reads; a contract with payloads near this needs another transport. */
const maxContentBytes = 1024 * 1024;

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

export function encodeOutboxMessage(message: OutboxMessage): Publication {
  return {
    exchange: message.exchange,
    routingKey: message.routingKey,
    content: Buffer.from(message.content),
    properties: {
      mandatory: true,
      persistent: true,
      messageId: message.id,
      type: message.type,
      timestamp: message.timestamp,
      correlationId: message.correlationId,
      appId: message.service,
      contentType: "application/json",
      contentEncoding: "utf-8",
      headers: message.headers,
    },
  };
}

/** Reads a message and checks everything that the contract says of it; never throws. */
export function decode<Transaction>(
  message: ConsumeMessage,
  subscriptions: Subscriptions<Transaction>,
): Decoded<Transaction> {
  try {
    return read(message, subscriptions);
  } catch (error) {
    // A check that throws would otherwise stop the queue at this message for ever.
    return { why: "invalid", reason: `checking it failed: ${String(error)}` };
  }
}

function read<Transaction>(
  message: ConsumeMessage,
  subscriptions: Subscriptions<Transaction>,
): Decoded<Transaction> {
  const { content, properties } = message;
  if (content.length > maxContentBytes) {
    return invalid(`content of ${content.length} bytes is longer than ${maxContentBytes}`);
  }
  let payload: unknown;
  try {
    // Decoding would turn broken UTF-8 into replacement characters without a word.
    if (!isUtf8(content)) return { why: "undecodable", reason: "content is not UTF-8" };
    payload = JSON.parse(content.toString());
  } catch (error) {
    return { why: "undecodable", reason: `content is not JSON: ${String(error)}` };
  }

  const type: unknown = properties.type;
  if (typeof type !== "string") return invalid("the AMQP property type is missing");
  const versions = subscriptions.get(type);
  if (!versions) return unknown(`the queue takes no messages of type "${type}"`);
  const headers = plainHeaders(message);
  const version = headers["schema-version"];
  if (typeof version !== "number") return invalid("the header schema-version is missing or not a number");
  const subscription = versions.get(version);
  if (!subscription) return unknown(`the queue takes no schema version ${version} of ${type}`);

  const messageId: unknown = properties.messageId;
  if (typeof messageId !== "string" || !uuid.test(messageId)) {
    return invalid(`the AMQP property message_id must be a UUID in lower case, got ${quoted(messageId)}`);
  }
  const correlationId: unknown = properties.correlationId;
  if (typeof correlationId !== "string" || correlationId === "") {
    return invalid("the AMQP property correlation_id is missing");
  }
  const timestamp: unknown = properties.timestamp;
  const publishedAt = new Date(typeof timestamp === "number" ? timestamp * 1000 : Number.NaN);
  if (Number.isNaN(publishedAt.getTime())) {
    return invalid(`the AMQP property timestamp must be a Unix time in seconds, got ${quoted(timestamp)}`);
  }
  if (properties.contentType !== "application/json") {
    return invalid(
      `the AMQP property content_type must be application/json, got ${quoted(properties.contentType)}`,
    );
  }
  if (properties.contentEncoding !== undefined && properties.contentEncoding !== "utf-8") {
    return invalid(
      `the AMQP property content_encoding must be utf-8, got ${quoted(properties.contentEncoding)}`,
    );
  }

  const headerProblem = subscription.checkHeaders(headers);
  if (headerProblem) return invalid(`headers at "${headerProblem.pointer}" ${headerProblem.message}`);
  const problem = subscription.checkPayload(payload);
  if (problem) return invalid(`payload at "${problem.pointer}" ${problem.message}`);

  const delivery: Delivery<unknown> = {
    messageId,
    type,
    payload,
    headers,
    publishedAt,
    attempt: failedAttempts(headers) + 1,
    redelivered: message.fields.redelivered,
    exchange: message.fields.exchange,
    routingKey: message.fields.routingKey,
    correlationId,
    context: contextOf(messageId, headers),
  };
  return { delivery, subscription };
}

/** The headers that a contract can describe; brokers and shovels add tables and lists of their own. */
export function plainHeaders(message: ConsumeMessage): Record<string, HeaderValue> {
  const headers: Record<string, HeaderValue> = {};
  for (const [key, value] of Object.entries(message.properties.headers ?? {})) {
    if (typeof value === "string" || typeof value === "number" || typeof value === "boolean") {
      headers[key] = value;
    }
  }
  return headers;
}

/** Attempts that failed before this one, by the message's headers; 0 when they make no sense. */
export function failedAttempts(headers: Readonly<Record<string, HeaderValue>>): number {
  const value = headers["retry-attempt"];
  return typeof value === "number" && Number.isInteger(value) && value >= 1 && value < 1000 ? value : 0;
}

function contextOf(messageId: string, headers: Readonly<Record<string, HeaderValue>>): MessageContext {
  const { traceparent, tracestate } = headers;
  return {
    causationId: messageId,
    ...(typeof traceparent === "string" && { traceparent }),
    ...(typeof tracestate === "string" && { tracestate }),
  };
}

function invalid(reason: string): { why: DeadLetterReason; reason: string } {
  return { why: "invalid", reason };
}

function unknown(reason: string): { why: DeadLetterReason; reason: string } {
  return { why: "unknown-message", reason };
}

function quoted(value: unknown): string {
  return value === undefined ? "nothing" : JSON.stringify(value);
}
