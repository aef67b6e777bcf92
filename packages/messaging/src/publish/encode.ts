import type { OutboxMessage } from "../message/message.ts";
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
