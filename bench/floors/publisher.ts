/**
 * A confirm loop with bare amqplib: a sliding window of unconfirmed messages, mandatory and persistent, written to the
 * socket in batches. It omits validation, reconnecting and confirm timeouts, and fails with the first message that the
 * broker refuses or returns.
 */
import type { OutboxMessage } from "@rabbit-contract/messaging";
import type { Options } from "amqplib";
import { connectBare } from "./amqp.ts";

export interface BareMessage {
  readonly exchange: string;
  readonly routingKey: string;
  readonly content: string;
  readonly options: Options.Publish;
}

/** The arguments with which bare amqplib sends the same message. */
export function bare(message: OutboxMessage): BareMessage {
  const { id, type, service, exchange, routingKey, correlationId, timestamp, headers, content } = message;
  const options = {
    mandatory: true,
    persistent: true,
    messageId: id,
    type,
    timestamp,
    correlationId,
    appId: service,
    contentType: "application/json",
    contentEncoding: "utf-8",
    headers,
  };
  return { exchange, routingKey, content, options };
}

export async function openBarePublisher(url: string, window: number) {
  const model = await connectBare(url);
  const channel = await model.createConfirmChannel();
  return {
    publishAll: (messages: readonly BareMessage[]) =>
      new Promise<void>((resolve, reject) => {
        channel.on("return", () => reject(new Error("a message was returned")));
        let sent = 0;
        let confirmed = 0;
        const pump = () => {
          while (sent < messages.length && sent - confirmed < window) {
            const message = messages[sent++];
            if (!message) return;
            const { exchange, routingKey, content, options } = message;
            channel.publish(exchange, routingKey, Buffer.from(content), options, onConfirm);
          }
        };
        const onConfirm = (error: unknown) => {
          if (error) return reject(error);
          if (++confirmed === messages.length) {
            channel.removeAllListeners("return");
            resolve();
          } else pump();
        };
        pump();
      }),
    close: () => model.close(),
  };
}
