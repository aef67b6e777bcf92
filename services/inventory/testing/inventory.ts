/** An inventory on a database of its own, without a broker or HTTP, for the tests beside the commands. */

import {
  type InventoryOrdersHandlers,
  type inventoryOrdersQueue,
  inventoryService,
} from "@orders/generated/inventory";
import { createOutbox, type Outcome, type Payloads } from "@rabbit-contract/messaging";
import { appendToOutbox, type Database, type Transaction } from "@rabbit-contract/postgres";
import { deliveryOf, openTestDatabase, takeSent } from "@rabbit-contract/postgres/testing";
import { sql } from "drizzle-orm";
import type { CommandContext } from "../src/commands/context.ts";
import { createProduct } from "../src/commands/create-product.ts";
import { recordMovement } from "../src/commands/record-movement.ts";
import { migrations } from "../src/config.ts";
import { orderHandlers } from "../src/messages/handlers.ts";

export async function testInventory() {
  const { url, database, close } = await openTestDatabase(migrations, { poolSize: 4 });
  const outbox = createOutbox(inventoryService, appendToOutbox);
  const handlers = orderHandlers(outbox);
  const run = <Result>(command: (context: CommandContext) => Promise<Result>) =>
    database.transaction((tx) => command({ tx, outbox }));
  return {
    url,
    database,
    outbox,
    handlers,

    /** Runs a command in a transaction of its own. */
    run,

    /** A product with this much on hand, and an empty outbox. */
    async stockUp(sku: string, onHand: number, lowStockThreshold?: number): Promise<void> {
      const threshold = lowStockThreshold === undefined ? {} : { lowStockThreshold };
      const details = { sku, name: `Product ${sku}`, unitPrice: { amount: 100, currency: "EUR" } };
      await run((context) => createProduct(context, { ...details, ...threshold }));
      if (onHand > 0) {
        await run((context) => recordMovement(context, { sku, quantity: onHand, reason: "receipt" }));
      }
      await database.sql.execute(sql`delete from outbox`);
    },

    handle: <Key extends keyof Payloads<typeof inventoryOrdersQueue>>(
      key: Key,
      payloads: readonly Payloads<typeof inventoryOrdersQueue>[Key][],
    ) => handle(database, handlers, key, payloads),

    /** Messages sent since the last call. */
    sent: () => takeSent(database),

    /** `[onHand, reserved]` */
    async stock(sku: string): Promise<[number, number] | undefined> {
      const { rows } = await database.sql.execute<{ on_hand: number; reserved: number }>(sql`
        select on_hand, reserved from products where sku = ${sku}`);
      return rows[0] && [rows[0].on_hand, rows[0].reserved];
    },

    /** Products whose numbers disagree with movements and reservations. Always empty. */
    async wrongProducts(): Promise<unknown[]> {
      const { rows } = await database.sql.execute(sql`
        select * from (
          select sku, on_hand, reserved,
            (select coalesce(sum(quantity), 0) from stock_movements where stock_movements.sku = products.sku) as moved,
            (select coalesce(sum(line.quantity), 0)
             from reservations, jsonb_to_recordset(lines) as line (sku text, quantity int)
             where status = 'reserved' and line.sku = products.sku) as held
          from products) as product
        where on_hand <> moved or reserved <> held or reserved < 0 or reserved > on_hand`);
      return rows;
    },

    close,
  };
}

export type TestInventory = Awaited<ReturnType<typeof testInventory>>;

/** One batch of deliveries in one transaction, as the consumer runs it. */
export function handle<Key extends keyof Payloads<typeof inventoryOrdersQueue>>(
  database: Database,
  handlers: InventoryOrdersHandlers<Transaction>,
  key: Key,
  payloads: readonly Payloads<typeof inventoryOrdersQueue>[Key][],
): Promise<readonly Outcome[]> {
  return database.transaction((tx) =>
    handlers[key](
      payloads.map((payload) => deliveryOf(key, payload)),
      tx,
    ),
  );
}

const customerId = "customer-1";
const now = "2026-03-14T09:26:53.000Z";

/** @example orderCreated(id, { "LAMP-01": 2 }) */
export function orderCreated(orderId: string, quantities: Readonly<Record<string, number>>) {
  return {
    orderId,
    customerId,
    lines: linesOf(quantities),
    total: { amount: 100, currency: "EUR" },
    createdAt: now,
  };
}

export function orderCancelled(orderId: string) {
  return { orderId, customerId, previousStatus: "pending" as const, cancelledAt: now };
}

export function orderExpired(orderId: string) {
  return { orderId, customerId, deadline: now, expiredAt: now };
}

export function orderShipped(orderId: string, quantities: Readonly<Record<string, number>>) {
  return { orderId, customerId, lines: linesOf(quantities), shippedAt: now };
}

function linesOf(quantities: Readonly<Record<string, number>>) {
  return Object.entries(quantities).map(([sku, quantity]) => ({
    sku,
    name: `Product ${sku}`,
    quantity,
    unitPrice: { amount: 100, currency: "EUR" },
  }));
}
