import type { ConsumeMessage } from "amqplib";
import type { OutboxMessage } from "../message/message.ts";
import { directReplyTo } from "../request/reply-to.ts";
import type { Publication } from "./confirms.ts";

/** A message of the outbox with its AMQP properties. */
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

/** @param timeout milliseconds after which the broker drops it */
export function encodeRequest(message: OutboxMessage, timeout: number): Publication {
  const { properties, ...publication } = encodeOutboxMessage(message);
  const expiration = String(Math.max(1, Math.ceil(timeout)));
  return { ...publication, properties: { ...properties, replyTo: directReplyTo, expiration } };
}

/** @param service AMQP `app_id` */
export function encodeAnswer(request: ConsumeMessage, answer: OutboxMessage, service: string): Publication {
  const { replyTo, correlationId } = request.properties;
  const { properties, ...publication } = encodeOutboxMessage({
    ...answer,
    service,
    exchange: "",
    routingKey: String(replyTo),
    correlationId: String(correlationId),
  });
  // Not mandatory: the address of a direct reply-to is not a queue, so the broker would return every answer.
  return { ...publication, properties: { ...properties, mandatory: false, persistent: false } };
}
