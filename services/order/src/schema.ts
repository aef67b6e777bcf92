/** The order service's tables. */

import { sql } from "drizzle-orm";
import {
  bigint,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  text,
  timestamp,
  uuid,
} from "drizzle-orm/pg-core";
import type { HistoryEntry, OrderLine, OrderStatus, Reason } from "./order.ts";

export * from "@rabbit-contract/postgres/schema";

const time = (name: string) => timestamp(name, { withTimezone: true, precision: 3 });

/** The service's own copy of what orders need to know of a product, kept by `product.changed`. */
export const products = pgTable("products", {
  sku: text().primaryKey(),
  /** Of the inventory; a lower one that arrives later is ignored. */
  version: integer().notNull(),
  name: text().notNull(),
  /** Minor units of the currency, below 2^53. */
  unitPriceAmount: bigint("unit_price_amount", { mode: "number" }).notNull(),
  currency: text().notNull(),
});

export const orders = pgTable(
  "orders",
  {
    /** UUIDv7: sorts by the time the order was placed. */
    id: uuid().primaryKey(),
    customerId: text("customer_id").notNull(),
    status: text().$type<OrderStatus>().notNull(),
    /** Why the order did not go through; null as long as it may, or did. */
    reason: jsonb().$type<Reason>(),
    /** With the names and prices of the moment it was placed, never changed afterwards. */
    lines: jsonb().$type<OrderLine[]>().notNull(),
    /** Minor units of the currency, below 2^53. */
    totalAmount: bigint("total_amount", { mode: "number" }).notNull(),
    currency: text().notNull(),
    /** A pending order expires then. */
    deadline: time("deadline").notNull(),
    createdAt: time("created_at").notNull(),
    updatedAt: time("updated_at").notNull(),
    /** Every status the order ever had, oldest first; only appended to. */
    history: jsonb().$type<HistoryEntry[]>().notNull(),
  },
  (table) => [
    // Read backwards, for the newest first.
    index("orders_of_customer").on(table.customerId, table.id),
    // What it costs: docs/decisions/indexes.md
    index("orders_by_deadline").on(table.deadline).where(sql`${table.status} = 'pending'`),
  ],
);

/** The order that the first request with a customer's key made, so that a repetition makes no other. */
export const idempotencyKeys = pgTable(
  "idempotency_keys",
  {
    customerId: text("customer_id").notNull(),
    key: text().notNull(),
    /** SHA-256 of the request's body in canonical JSON, base64url. */
    requestHash: text("request_hash").notNull(),
    orderId: uuid("order_id").notNull(),
    /** HTTP status that the first request was answered with. */
    status: integer().notNull(),
    createdAt: time("created_at").notNull().defaultNow(),
  },
  (table) => [
    primaryKey({ columns: [table.customerId, table.key] }),
    index("idempotency_keys_by_age").on(table.createdAt),
  ],
);
