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

/** The service's own copy of the products, updated by `product.changed`. */
export const products = pgTable("products", {
  sku: text().primaryKey(),
  /** Inventory's version; a lower one that arrives later is ignored. */
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
    /** Why the order failed; null otherwise. */
    reason: jsonb().$type<Reason>(),
    /** With the names and prices at the time of the order; never changed. */
    lines: jsonb().$type<OrderLine[]>().notNull(),
    /** Minor units of the currency, below 2^53. */
    totalAmount: bigint("total_amount", { mode: "number" }).notNull(),
    currency: text().notNull(),
    /** A pending order expires then. */
    deadline: time("deadline").notNull(),
    createdAt: time("created_at").notNull(),
    updatedAt: time("updated_at").notNull(),
    /** Every status of the order, oldest first; append-only. */
    history: jsonb().$type<HistoryEntry[]>().notNull(),
  },
  (table) => [
    // Read backwards, for the newest first.
    index("orders_of_customer").on(table.customerId, table.id),
    index("orders_by_status").on(table.status, table.id),
    // What it costs: docs/decisions/indexes.md
    index("orders_by_deadline").on(table.deadline).where(sql`${table.status} = 'pending'`),
  ],
);

/** The order placed by the first request with a customer's key, so that a repeated request places no second one. */
export const idempotencyKeys = pgTable(
  "idempotency_keys",
  {
    owner: text("customer_id").notNull(),
    key: text().notNull(),
    /** SHA-256 of the request's body in canonical JSON, base64url. */
    requestHash: text("request_hash").notNull(),
    answer: uuid("order_id").notNull(),
    /** HTTP status of the first response. */
    status: integer().notNull(),
    createdAt: time("created_at").notNull().defaultNow(),
  },
  (table) => [
    primaryKey({ columns: [table.owner, table.key] }),
    index("idempotency_keys_by_age").on(table.createdAt),
  ],
);
