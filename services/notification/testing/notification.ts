/** A notification service on a database of its own, without a broker, for the tests beside the commands. */

import assert from "node:assert/strict";
import type { notificationOrdersQueue, notificationStockQueue } from "@orders/generated/notification";
import { type Handler, type Outcome, type Payloads, uuidv7 } from "@rabbit-contract/messaging";
import { eventually } from "@rabbit-contract/messaging/testing";
import type { Transaction } from "@rabbit-contract/postgres";
import { deliveryOf, openTestDatabase } from "@rabbit-contract/postgres/testing";
import { createLogger } from "@rabbit-contract/service";
import { sql } from "drizzle-orm";
import type { Mailing } from "../src/commands/notify.ts";
import { saveContact } from "../src/commands/save-contact.ts";
import { migrations } from "../src/config.ts";
import { orderHandlers, stockHandlers } from "../src/messages/handlers.ts";
import type { Contact } from "../src/notification.ts";

type Messages = Payloads<typeof notificationOrdersQueue> & Payloads<typeof notificationStockQueue>;
type AllHandlers = { readonly [Key in keyof Messages]: Handler<Messages[Key], Transaction> };

export const silent = createLogger({ service: "test", level: "silent" });

const connectionLost = Object.assign(new Error("connection lost"), { code: "ECONNRESET" });

export async function testNotification() {
  const { url, pool, database, close } = await openTestDatabase(migrations, { log: silent, poolSize: 8 });
  return {
    url,
    pool,
    database,

    /** One batch in one transaction, as the consumer delivers it. */
    handle<Key extends keyof Messages>(
      key: Key,
      payloads: readonly Messages[Key][],
      email?: Mailing,
    ): Promise<readonly Outcome[]> {
      return database.transaction((tx) => handleIn(tx, key, payloads, email));
    },

    setContact: (customerId: string, contact: Contact) =>
      database.transaction((tx) => saveContact({ tx }, { customerId, ...contact })),

    async deliveries(): Promise<DeliveryRow[]> {
      const { rows } = await database.sql.execute<DeliveryRow>(sql`
        select customer_id, kind, deliveries.recipient, status, attempts, last_error,
               round(extract(epoch from next_attempt_at - now()))::int as due_in
        from deliveries join notifications on id = notification_id order by id`);
      return rows;
    },

    /** This many confirmed orders, each of its own customer: `c0@example.com` and so on. */
    async dueEmails(count: number, name?: string): Promise<void> {
      const customers = Array.from({ length: count }, (_, index) => `c${index}`);
      for (const customer of customers) {
        const email = `${customer}@example.com`;
        await this.setContact(customer, { email, channels: ["email"], ...(name !== undefined && { name }) });
      }
      const orders = customers.map((customer) => orderConfirmed(uuidv7(), customer));
      await this.handle("orderConfirmed", orders, {});
    },

    /** Waits until there are this many deliveries, all with this status. */
    async allAre(status: string, count: number): Promise<void> {
      await eventually(async () => {
        const statuses = (await this.deliveries()).map((delivery) => delivery.status);
        assert.deepEqual(statuses, Array<string>(count).fill(status));
      });
    },

    /** Ends leases and pauses: each e-mail that is pending may be sent now. */
    makeDue: () =>
      database.sql.execute(sql`update deliveries set next_attempt_at = now() where status = 'pending'`),

    /** The database, with a query counter and failures on demand. */
    observed() {
      const state = { queries: 0, away: false };
      const proxy = new Proxy(database.sql, {
        get: (target, name) => {
          if (name === "execute") {
            state.queries++;
            if (state.away) return () => Promise.reject(connectionLost);
          }
          const value: unknown = Reflect.get(target, name, target);
          return typeof value === "function" ? value.bind(target) : value;
        },
      });
      return { state, database: { sql: proxy } };
    },

    async clear(): Promise<void> {
      await database.sql.execute(sql`delete from deliveries`);
      await database.sql.execute(sql`delete from notifications`);
      await database.sql.execute(sql`delete from contacts`);
    },

    close,
  };
}

export type TestNotification = Awaited<ReturnType<typeof testNotification>>;

export interface DeliveryRow extends Record<string, unknown> {
  customer_id: string | null;
  kind: string;
  recipient: string;
  status: string;
  attempts: number;
  last_error: string | null;
  /** Seconds. */
  due_in: number;
}

export function handleIn<Key extends keyof Messages>(
  tx: Transaction,
  key: Key,
  payloads: readonly Messages[Key][],
  email?: Mailing,
): Promise<readonly Outcome[]> {
  const handlers: AllHandlers = {
    ...orderHandlers(email),
    ...stockHandlers(email),
  };
  return handlers[key](
    payloads.map((payload) => deliveryOf(key, payload)),
    tx,
  );
}

const at = "2026-03-14T09:26:53.000Z";
const lamp = { sku: "LAMP-01", name: "Desk lamp", quantity: 2, unitPrice: { amount: 3950, currency: "EUR" } };
const bulb = {
  sku: "BULB-E27",
  name: "Light bulb",
  quantity: 1,
  unitPrice: { amount: 450, currency: "EUR" },
};

export function orderConfirmed(orderId = uuidv7(), customerId = "ada") {
  return {
    orderId,
    customerId,
    lines: [lamp, bulb],
    total: { amount: 8350, currency: "EUR" },
    confirmedAt: at,
  };
}

export function orderRejected(orderId = uuidv7(), customerId = "ada") {
  const shortages = [
    { sku: "LAMP-01", requested: 2, available: 1 },
    { sku: "BULB-E27", requested: 1, available: 0 },
  ];
  return { orderId, customerId, shortages, rejectedAt: at };
}

export function orderCancelled(orderId = uuidv7(), customerId = "ada") {
  return { orderId, customerId, previousStatus: "confirmed" as const, cancelledAt: at };
}

export function orderExpired(orderId = uuidv7(), customerId = "ada") {
  return { orderId, customerId, deadline: at, expiredAt: at };
}

export function orderShipped(orderId = uuidv7(), customerId = "ada") {
  return { orderId, customerId, lines: [lamp], shippedAt: at };
}

export function stockLow(available = 3) {
  return { sku: "LAMP-01", name: "Desk lamp", available, threshold: 5, observedAt: at };
}
