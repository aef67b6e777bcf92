/** Real messages for the measurements of the messaging runtime, and where to send them. */

import { orderService } from "@orders/generated/order";
import { connectBroker, createOutbox, type OutboxMessage, uuidv7 } from "@rabbit-contract/messaging";
import { waitFor } from "@rabbit-contract/messaging/testing";
import { createLogger, type Logger } from "@rabbit-contract/service";
import { connect } from "amqplib";
import type { BareMessage } from "../floors/publisher.ts";
import { orderBody } from "../load/orders.ts";

/** Logs nothing during a measurement. */
export const quiet: Logger = createLogger({ service: "bench", level: "error" });

/** `order.created` messages as the order service would put them into its outbox. */
export function ordersCreated(count: number): OutboxMessage[] {
  const messages: OutboxMessage[] = [];
  const outbox = createOutbox(orderService, (list: OutboxMessage[], message) => list.push(message));
  for (let number = 0; number < count; number++) {
    const order: { customerId: string; lines: { sku: string; quantity: number }[] } = JSON.parse(
      orderBody(number, `c-${number % 100}`, { products: 1_000 }),
    );
    const orderId = uuidv7();
    const unitPrice = { amount: 1250, currency: "EUR" };
    const lines = order.lines.map((line) => ({ ...line, name: `Product ${line.sku}`, unitPrice }));
    const amount = lines.reduce((sum, { quantity }) => sum + quantity * unitPrice.amount, 0);
    const createdAt = new Date().toISOString();
    outbox.orderCreated(messages, {
      orderId,
      customerId: order.customerId,
      lines,
      total: { amount, currency: "EUR" },
      createdAt,
    });
  }
  return messages;
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

/** The order service's own connection to the broker, ready to publish. */
export async function openOrderBroker(url: string) {
  const broker = await connectBroker({ url, topology: orderService.topology, log: quiet });
  await waitFor(() => broker.publisher.ready && broker.publisher.pausedRoutes.length === 0, {
    what: "the publisher to be ready",
    timeout: 30_000,
  });
  return broker;
}

/** Empties a queue, so that neither side gets messages left by the other. */
export async function purge(url: string, queue: string): Promise<void> {
  const model = await connect(url);
  const channel = await model.createChannel();
  await channel.purgeQueue(queue);
  await model.close();
}
