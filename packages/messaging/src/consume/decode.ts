import { isUtf8 } from "node:buffer";
import type { ConsumeMessage } from "amqplib";
import { isLowerCaseUuid } from "../message/formats.ts";
import { failedAttempts, plainHeaders } from "../message/headers.ts";
import { type HeaderValue, type MessageContext, unlessTooDeep } from "../message/message.ts";
import { isReplyAddress } from "../request/reply-to.ts";
import type { Delivery, Subscription, Subscriptions } from "./handler.ts";
import type { DeadLetterReason } from "./outcome.ts";

/** A delivery that keeps the contract with its subscription, or what is wrong with the message. */
export type Decoded<Transaction> =
  | { readonly delivery: Delivery<unknown>; readonly subscription: Subscription<Transaction> }
  | { readonly why: DeadLetterReason; readonly reason: string };

/** Bytes of content that a consumer reads; a contract with payloads near this needs another transport. */
const maxContentBytes = 1024 * 1024;

/** Parses a message and checks it against the contract; never throws. */
export function decode<Transaction>(
  message: ConsumeMessage,
  subscriptions: Subscriptions<Transaction>,
): Decoded<Transaction> {
  try {
    return read(message, subscriptions);
  } catch (error) {
    // Otherwise a check that throws would block the queue at this message forever.
    return { why: "invalid", reason: `its check failed: ${String(error)}` };
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
    // toString() would silently turn invalid UTF-8 into replacement characters.
    if (!isUtf8(content)) return { why: "undecodable", reason: "content is not UTF-8" };
    payload = JSON.parse(content.toString());
  } catch (error) {
    return { why: "undecodable", reason: `content is not JSON: ${String(error)}` };
  }

  const type: unknown = properties.type;
  if (typeof type !== "string") return invalid("the AMQP property type is missing");
  const versions = subscriptions.get(type);
  if (!versions) return unknown(`the queue accepts no messages of type "${type}"`);
  const headers = plainHeaders(message);
  const version = headers["schema-version"];
  const subscription = versions.get(version) ?? versions.get(undefined);
  if (!subscription) {
    if (typeof version !== "number") return invalid("the header schema-version is missing or not a number");
    return unknown(`the queue accepts no schema version ${version} of ${type}`);
  }

  const messageId: unknown = properties.messageId;
  if (typeof messageId !== "string" || !isLowerCaseUuid(messageId)) {
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
  if (subscription.answers && !isReplyAddress(properties.replyTo)) {
    return invalid(
      `the AMQP property reply_to must be the requester's direct reply-to, got ${quoted(properties.replyTo)}`,
    );
  }

  const headerProblem = subscription.checkHeaders(headers);
  if (headerProblem) return invalid(`headers at "${headerProblem.pointer}" ${headerProblem.message}`);
  const problem = unlessTooDeep(() => subscription.checkPayload(payload));
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
