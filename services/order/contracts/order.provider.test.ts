/** Verifies the order service's pacts; each message is produced by the command that produces it in production. */

import { testProvider } from "@orders/contract-tests/provider";
import { listen } from "@rabbit-contract/service/http";
import { sql } from "drizzle-orm";
import { cancelOrder } from "../src/commands/cancel-order.ts";
import { shipOrder } from "../src/commands/ship-order.ts";
import { createOrderApp } from "../src/http/app.ts";
import { SettlementWaiter } from "../src/queries/settlement-waiter.ts";
import { testGuard } from "../testing/access.ts";
import { log, rejected, request, reserved, testOrders } from "../testing/orders.ts";
import { insertPending, lamp, orderId } from "./orders.ts";

testProvider({
  provider: "order",
  async open() {
    const orders = await testOrders();
    const { database, outbox } = orders;
    const settlements = new SettlementWaiter({ database, log });
    const app = createOrderApp({
      database,
      outbox,
      settlements,
      deadlineSeconds: 900,
      log,
      guard: testGuard,
    });
    const server = await listen(app, { port: 0, hostname: "127.0.0.1", log });
    const confirm = () => orders.handle("stockReserved", [reserved(orderId)]);
    return {
      database,
      url: server.url,
      states: {
        async "no products"() {
          await orders.clear();
          await database.sql.execute(sql`delete from products`);
        },
        async "a product that can be ordered"() {
          await orders.clear();
          await orders.stock(lamp);
        },
        "a pending order": () => insertPending(orders),
        "a pending order past its deadline": () => insertPending(orders, 0),
        async "a confirmed order"() {
          await insertPending(orders);
          await confirm();
        },
      },
      messages: {
        "order.created": () => orders.place([request({ [lamp.sku]: 2 }, { cause: trace })]),
        "order.confirmed": confirm,
        "order.rejected": () => orders.handle("stockRejected", [rejected(orderId)]),
        "order.cancelled": () => orders.run((context) => cancelOrder(context, { orderId })),
        "order.expired": () => orders.expire(),
        "order.shipped": () => orders.run((context) => shipOrder(context, { orderId })),
      },
      async close() {
        await server.stop();
        await orders.close();
      },
    };
  },
});

const trace = { traceparent: "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01" };
