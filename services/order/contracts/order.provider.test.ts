/** Verifies the order service's pacts; each message is produced by the command that produces it in production. */

import { testProvider } from "@orders/contract-tests/provider";
import { sql } from "drizzle-orm";
import { cancelOrder } from "../src/commands/cancel-order.ts";
import { shipOrder } from "../src/commands/ship-order.ts";
import { rejected, request, reserved } from "../testing/orders.ts";
import { testServer } from "../testing/server.ts";
import { insertPending, lamp, orderId } from "./orders.ts";

testProvider({
  provider: "order",
  async open() {
    const { orders, url, close } = await testServer();
    const { database } = orders;
    const confirm = () => orders.handle("stockReserved", [reserved(orderId)]);
    return {
      database,
      url,
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
      close,
    };
  },
});

const trace = { traceparent: "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01" };
