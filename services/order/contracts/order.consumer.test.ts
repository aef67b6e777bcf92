/** The order service's pacts for the messages it consumes; writes generated/pacts/order-*.json. */
import assert from "node:assert/strict";
import { testConsumer } from "@orders/contract-tests/consumer";
import { orderProductsQueue, orderService, orderStockQueue } from "@orders/generated/order";
import type { Payloads } from "@rabbit-contract/messaging";
import { createInbox } from "@rabbit-contract/postgres";
import { productHandlers, stockHandlers } from "../src/messages/handlers.ts";
import { readProducts } from "../src/queries/products.ts";
import { type TestOrders, testOrders } from "../testing/orders.ts";
import { insertPending, orderId } from "./orders.ts";

testConsumer<Payloads<typeof orderStockQueue> & Payloads<typeof orderProductsQueue>, TestOrders>({
  topology: orderService.topology,
  open: () => testOrders(),
  consume(broker, { database, outbox }) {
    const inbox = createInbox(database);
    broker.consume(orderStockQueue, inbox, stockHandlers(outbox));
    broker.consume(orderProductsQueue, inbox, productHandlers);
  },
  messages: {
    stockReserved: {
      from: "inventory",
      given: "a product in stock",
      payload: { orderId },
      arrange: insertPending,
      assert: (orders) => hasStatus(orders, "confirmed"),
    },
    stockRejected: {
      from: "inventory",
      given: "a product that is sold out",
      payload: { orderId, shortages: [{ sku: "LAMP-01", requested: 2, available: 0 }] },
      arrange: insertPending,
      assert: (orders) => hasStatus(orders, "rejected"),
    },
    productChanged: {
      from: "inventory",
      given: "a product in stock",
      payload: {
        sku: "LAMP-01",
        version: 2,
        name: "Desk lamp",
        unitPrice: { amount: 3950, currency: "EUR" },
      },
      async assert({ database }) {
        const products = await database.transaction((tx) => readProducts(tx, ["LAMP-01"]));
        assert.deepEqual(products.get("LAMP-01"), {
          sku: "LAMP-01",
          name: "Desk lamp",
          unitPrice: { amount: 3950, currency: "EUR" },
        });
      },
    },
  },
});

async function hasStatus(orders: TestOrders, status: string): Promise<void> {
  assert.equal((await orders.order(orderId))?.status, status);
}
