/** The order service on a database of its own, without a broker or HTTP, for the tests beside the commands. */

import { type orderProductsQueue, orderService, type orderStockQueue } from "@orders/generated/order";
import { createOutbox, type Handler, type Outcome, type Payloads } from "@rabbit-contract/messaging";
import { appendToOutbox, type Transaction } from "@rabbit-contract/postgres";
import { deliveryOf, openTestDatabase, takeSent } from "@rabbit-contract/postgres/testing";
import { createLogger } from "@rabbit-contract/service";
import { sql } from "drizzle-orm";
import type { CommandContext } from "../src/commands/context.ts";
import { expireOrders } from "../src/commands/expire-orders.ts";
import { type OrderRequest, placeOrders } from "../src/commands/place-orders.ts";
import type { ProductVersion } from "../src/commands/update-products.ts";
import { migrations } from "../src/config.ts";
import { productHandlers, stockHandlers } from "../src/messages/handlers.ts";
import type { Order } from "../src/order.ts";
import { findOrder } from "../src/queries/orders.ts";

export const log = createLogger({ service: "order", level: "silent" });

type Messages = Payloads<typeof orderStockQueue> & Payloads<typeof orderProductsQueue>;
type AllHandlers = { readonly [Key in keyof Messages]: Handler<Messages[Key], Transaction> };

export async function testOrders({ poolSize = 6 } = {}) {
  const { url, database, close } = await openTestDatabase(migrations, { log, poolSize });
  const outbox = createOutbox(orderService, appendToOutbox);
  const handlers: AllHandlers = {
    ...stockHandlers(outbox),
    ...productHandlers,
  };
  const run = <Result>(command: (context: CommandContext) => Promise<Result>) =>
    database.transaction((tx) => command({ tx, outbox }));

  return {
    url,
    database,
    outbox,

    /** Runs a command in a transaction of its own. */
    run,

    async stock(...products: readonly ProductVersion[]): Promise<void> {
      await this.handle(
        "productChanged",
        products.map((product) => ({ ...product, changedAt: now })),
      );
    },

    place(requests: readonly OrderRequest[], { deadlineSeconds = 900 } = {}) {
      return run((context) => placeOrders(context, { requests, deadlineSeconds }));
    },

    /** Places an order for one piece of one product; throws if it is refused. */
    async placeOne({ deadlineSeconds = 900 } = {}): Promise<Order> {
      const [placement] = await this.place([request({ LAMP: 1 })], { deadlineSeconds });
      if (placement?.kind !== "placed")
        throw new Error(`the order was refused: ${JSON.stringify(placement)}`);
      return placement.order;
    },

    /** One batch of deliveries in one transaction, as the consumer runs it. */
    handle<Key extends keyof Messages>(
      key: Key,
      payloads: readonly Messages[Key][],
    ): Promise<readonly Outcome[]> {
      return database.transaction((tx) =>
        handlers[key](
          payloads.map((payload) => deliveryOf(key, payload)),
          tx,
        ),
      );
    },

    expire: (limit = 100) => run((context) => expireOrders(context, { limit })),

    order: (id: string) => findOrder(database.sql, id),

    count: async (table: "orders" | "idempotency_keys" | "outbox" | "products") => {
      const { rows } = await database.sql.execute<{ count: string }>(
        sql`select count(*) from ${sql.identifier(table)}`,
      );
      return Number(rows[0]?.count);
    },

    /** Removes the messages sent since the last call from the outbox, and returns them. */
    sent: () => takeSent(database),

    /** Removes orders, keys and messages, but not the products. */
    async clear(): Promise<void> {
      for (const table of ["orders", "idempotency_keys", "outbox"]) {
        await database.sql.execute(sql`delete from ${sql.identifier(table)}`);
      }
    },

    close,
  };
}

export type TestOrders = Awaited<ReturnType<typeof testOrders>>;

export const now = "2026-03-14T09:26:53.000Z";

/** @example product("LAMP", { amount: 3950 }) */
export function product(
  sku: string,
  { version = 1, amount = 100, currency = "EUR", name = `Product ${sku}` } = {},
): ProductVersion {
  return { sku, version, name, unitPrice: { amount, currency } };
}

/** @example request({ LAMP: 2 }) */
export function request(
  quantities: Readonly<Record<string, number>>,
  more: Partial<OrderRequest> = {},
): OrderRequest {
  const lines = Object.entries(quantities).map(([sku, quantity]) => ({ sku, quantity }));
  return { customerId: "customer-1", lines, ...more };
}

export const reserved = (orderId: string) => ({ orderId, reservedAt: now });

export function rejected(orderId: string) {
  return { orderId, shortages: [{ sku: "LAMP", requested: 1, available: 0 }], rejectedAt: now };
}
