/** The notification service's pacts for the messages it consumes; writes generated/pacts/notification-*.json. */
import assert from "node:assert/strict";
import { testConsumer } from "@orders/contract-tests/consumer";
import {
  notificationOrdersQueue,
  notificationService,
  notificationStockQueue,
} from "@orders/generated/notification";
import type { Payloads } from "@rabbit-contract/messaging";
import { createInbox } from "@rabbit-contract/postgres";
import { orderHandlers, stockHandlers } from "../src/messages/handlers.ts";
import type { Kind } from "../src/notification.ts";
import { listNotifications, type NotificationFilter } from "../src/queries/notifications.ts";
import { type TestNotification, testNotification } from "../testing/notification.ts";

const email = { operatorsEmail: "operators@example.com" };

import { customerId, orderId } from "./contacts.ts";

const unitPrice = { amount: 3950, currency: "EUR" };

testConsumer<
  Payloads<typeof notificationOrdersQueue> & Payloads<typeof notificationStockQueue>,
  TestNotification
>({
  topology: notificationService.topology,
  open: testNotification,
  consume(broker, { database }) {
    const inbox = createInbox(database);
    broker.consume(notificationOrdersQueue, inbox, orderHandlers(email));
    broker.consume(notificationStockQueue, inbox, stockHandlers(email));
  },
  messages: {
    orderConfirmed: {
      from: "order",
      given: "a pending order",
      payload: {
        orderId,
        customerId,
        lines: [{ sku: "LAMP-01", name: "Desk lamp", quantity: 2, unitPrice }],
        total: { amount: 7900, currency: "EUR" },
      },
      assert: (notification) => wasNotified(notification, "order-confirmed"),
    },
    orderRejected: {
      from: "order",
      given: "a pending order",
      payload: { orderId, customerId, shortages: [{ sku: "LAMP-01", requested: 2, available: 0 }] },
      assert: (notification) => wasNotified(notification, "order-rejected"),
    },
    orderCancelled: {
      from: "order",
      given: "a confirmed order",
      payload: { orderId, customerId, previousStatus: "confirmed" },
      assert: (notification) => wasNotified(notification, "order-cancelled"),
    },
    orderExpired: {
      from: "order",
      given: "a pending order past its deadline",
      payload: { orderId, customerId },
      assert: (notification) => wasNotified(notification, "order-expired"),
    },
    orderShipped: {
      from: "order",
      given: "a confirmed order",
      payload: { orderId, customerId, lines: [{ sku: "LAMP-01", name: "Desk lamp", quantity: 2 }] },
      assert: (notification) => wasNotified(notification, "order-shipped"),
    },
    stockLow: {
      from: "inventory",
      given: "a product just above its low-stock threshold",
      payload: { sku: "LAMP-01", name: "Desk lamp", available: 5, threshold: 5 },
      assert: (notification) => wasNotified(notification, "stock-low", { audience: "operators" }),
    },
  },
});

async function wasNotified(
  { database }: TestNotification,
  kind: Kind,
  filter: NotificationFilter = { customerId },
): Promise<void> {
  const found = await listNotifications(database, { ...filter, limit: 10 });
  assert.ok(
    found.some(({ notification }) => notification.kind === kind),
    `no notification "${kind}" for ${JSON.stringify(filter)}`,
  );
}
