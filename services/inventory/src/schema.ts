/** The inventory's tables. `drizzle-kit generate` writes the migrations from them. */

import type { Shortage } from "@orders/generated/messages";
import { sql } from "drizzle-orm";
import {
  bigint,
  char,
  check,
  index,
  integer,
  jsonb,
  pgTable,
  text,
  timestamp,
  uuid,
} from "drizzle-orm/pg-core";

export { idempotencyKeys } from "@rabbit-contract/postgres/idempotency";
export * from "@rabbit-contract/postgres/schema";

/** The part of an order's line that concerns stock. */
export interface ReservedLine {
  readonly sku: string;
  readonly quantity: number;
}

export const products = pgTable(
  "products",
  {
    sku: text().primaryKey(),
    /** Version of the product, counted from 1; changes of stock do not count. */
    version: integer().notNull(),
    name: text().notNull(),
    description: text(),
    category: text(),
    /** In minor units of the currency. */
    unitPriceAmount: bigint("unit_price_amount", { mode: "number" }).notNull(),
    currency: char({ length: 3 }).notNull(),
    /** Available pieces at or below which the operators are notified; null for never. */
    lowStockThreshold: integer("low_stock_threshold"),
    /** Equals the sum of the product's movements. */
    onHand: integer("on_hand").notNull().default(0),
    /** Equals the sum of the product's lines in reservations that are `reserved`. */
    reserved: integer().notNull().default(0),
    createdAt: timestamp("created_at", { withTimezone: true }).notNull().defaultNow(),
    /** When its current version was created. */
    updatedAt: timestamp("updated_at", { withTimezone: true }).notNull().defaultNow(),
  },
  (table) => [
    check("products_never_oversold", sql`0 <= ${table.reserved} and ${table.reserved} <= ${table.onHand}`),
    // The maximum that the contract allows in a message.
    check("products_on_hand_within_contract", sql`${table.onHand} <= 1000000000`),
    index("products_category").on(table.category, table.sku),
    index("products_with_threshold").on(table.sku).where(sql`${table.lowStockThreshold} is not null`),
  ],
);

/**
 * The ledger: every change of stock on hand is a row. Old movements of a product are folded
 * into one, its opening balance.
 */
export const stockMovements = pgTable(
  "stock_movements",
  {
    /** UUIDv7: sorts by time. */
    id: uuid().primaryKey(),
    sku: text()
      .notNull()
      .references(() => products.sku),
    /** Pieces received (positive) or removed (negative). */
    quantity: integer().notNull(),
    reason: text({
      enum: ["receipt", "return", "correction", "loss", "shipment", "opening-balance"],
    }).notNull(),
    note: text(),
    /** The order of a shipment. */
    orderId: uuid("order_id"),
    createdAt: timestamp("created_at", { withTimezone: true }).notNull().defaultNow(),
  },
  (table) => [
    check("stock_movements_move_something", sql`${table.quantity} <> 0`),
    index("stock_movements_by_product").on(table.sku, table.id),
  ],
);

/**
 * The reservation of an order. Only a `reserved` one holds stock and can still change:
 *
 * | from       | message                            | to         | stock                           |
 * | ---------- | ---------------------------------- | ---------- | ------------------------------- |
 * | none       | order.created, all lines available | `reserved` | all lines reserved              |
 * | none       | order.created, a line is short     | `rejected` | none                            |
 * | none       | order.cancelled, order.expired     | `released` | none: the order came too late   |
 * | `reserved` | order.cancelled, order.expired     | `released` | all lines available again       |
 * | `reserved` | order.shipped                      | `taken`    | all lines gone, one movement each |
 */
export const reservations = pgTable("reservations", {
  orderId: uuid("order_id").primaryKey(),
  status: text({ enum: ["reserved", "rejected", "released", "taken"] }).notNull(),
  /** Empty if the order was cancelled or expired before its lines arrived here. */
  lines: jsonb().$type<readonly ReservedLine[]>().notNull(),
  /** Why it is `rejected`. */
  shortages: jsonb().$type<readonly Shortage[]>(),
  createdAt: timestamp("created_at", { withTimezone: true }).notNull().defaultNow(),
  updatedAt: timestamp("updated_at", { withTimezone: true }).notNull().defaultNow(),
});
