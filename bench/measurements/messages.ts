/** Real messages for the measurements of the messaging runtime, and where to send them. */

import { orderService } from "@orders/generated/order";
import { connectBroker, createOutbox, type OutboxMessage, uuidv7 } from "@rabbit-contract/messaging";
import { changedUrl, waitFor } from "@rabbit-contract/messaging/testing";
import { createLogger, type Logger } from "@rabbit-contract/service";
import { connect } from "amqplib";
import { type Cost, costOf } from "../costs.ts";
import { openBarePublisher } from "../floors/publisher.ts";
import { orderBody } from "../load/orders.ts";
import type { Bench } from "../measurement.ts";
import { provision } from "../system.ts";

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

/** Unconfirmed messages of either publisher: the default of ours. */
export const window = 500;

/** The order service's own publisher, and the bare one, on one virtual host. */
export async function openPublishers({ servers, uniqueName }: Bench) {
  const name = uniqueName();
  const { order } = await provision({ servers, name });
  const url = order.ORDER_AMQP_URL ?? "";
  const broker = await connectBroker({ url, topology: orderService.topology, log: quiet });
  const { publisher } = broker;
  await waitFor(() => publisher.ready && publisher.pausedRoutes.length === 0, {
    what: "the publisher to be ready",
    timeout: 30_000,
  });
  const adminUrl = changedUrl(servers.admin.AMQP_URL, { path: name });
  const floor = await openBarePublisher(adminUrl, window);
  return {
    publisher,
    publishBare: floor.publishAll,
    adminUrl,
    databaseUrl: order.ORDER_DATABASE_URL ?? "",
    /** The cost of publishing this many messages. Empties their queue, so that neither side finds messages of the other. */
    async costOf(count: number, publish: () => Promise<unknown>): Promise<Cost> {
      const cost = await costOf(count, publish);
      const model = await connect(adminUrl);
      const channel = await model.createChannel();
      await channel.purgeQueue("inventory.orders");
      await model.close();
      return cost;
    },
    close: () => Promise.allSettled([floor.close(), broker.close()]),
  };
}
