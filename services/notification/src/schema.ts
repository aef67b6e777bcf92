import { sql } from "drizzle-orm";
import {
  bigint,
  check,
  customType,
  index,
  integer,
  pgTable,
  primaryKey,
  text,
  timestamp,
  uniqueIndex,
  uuid,
} from "drizzle-orm/pg-core";
import { audiences, channels, deliveryStatuses } from "./notification.ts";

export * from "@rabbit-contract/postgres/schema";

const time = (name: string) => timestamp(name, { withTimezone: true, precision: 3 });

/** A transaction id that never wraps around; a decimal string, since it has 64 bits. */
const xid8 = customType<{ data: string }>({ dataType: () => "xid8" });

export const contacts = pgTable("contacts", {
  customerId: text("customer_id").primaryKey(),
  email: text(),
  name: text(),
  channels: text({ enum: channels }).array().notNull(),
  updatedAt: time("updated_at").notNull().defaultNow(),
});

/** Notifications to customers and operators; never changed. */
export const notifications = pgTable(
  "notifications",
  {
    /** UUIDv7. */
    id: uuid().primaryKey(),
    audience: text({ enum: audiences }).notNull().default("customer"),
    /** Null for the operators. */
    customerId: text("customer_id"),
    orderId: uuid("order_id"),
    sku: text(),
    /** What happened, in kebab case: `order-confirmed`. */
    kind: text().notNull(),
    subject: text().notNull(),
    body: text().notNull(),
    createdAt: time("created_at").notNull().defaultNow(),
    /**
     * Where it stands among all of them. Positions are assigned before the commit, so a reader that follows them alone
     * misses rows that commit late. A trigger on this table therefore makes each transaction hold a shared advisory
     * lock whose key says where its positions begin (migration 0004): no new position appears below the lowest one
     * held.
     */
    position: bigint({ mode: "bigint" })
      .notNull()
      .generatedByDefaultAsIdentity({ name: "notifications_position_seq" }),
    /** For the previous version, which still reads it during a rolling update; the next migration drops it. */
    transactionId: xid8("transaction_id").notNull().default(sql`pg_current_xact_id()`),
  },
  (table) => [
    check(
      "notifications_audience",
      sql`(${table.audience} = 'customer') = (${table.customerId} is not null)`,
    ),
    uniqueIndex("notifications_of_order")
      .on(table.orderId, table.kind)
      .where(sql`${table.orderId} is not null`),
    index("notifications_of_customer_by_position").on(table.customerId, table.position),
    uniqueIndex("notifications_position").on(table.position),
    // For the previous version, like `transactionId`.
    index("notifications_of_customer").on(table.customerId, table.transactionId, table.id),
    index("notifications_by_position").on(table.transactionId, table.id),
  ],
);

/** A notification on its way to its recipient, once for each channel. */
export const deliveries = pgTable(
  "deliveries",
  {
    notificationId: uuid("notification_id")
      .notNull()
      .references(() => notifications.id),
    channel: text({ enum: channels }).notNull(),
    /** The address when the notification was created. */
    recipient: text().notNull(),
    status: text({ enum: deliveryStatuses }).notNull().default("pending"),
    /** Attempts to send it that were started, without those that failed before the server had seen anything of it. */
    attempts: integer().notNull().default(0),
    /**
     * While pending: when it may be leased. A lease moves this forward, so that no other process takes it meanwhile.
     */
    nextAttemptAt: timestamp("next_attempt_at", { withTimezone: true }).notNull().defaultNow(),
    lastError: text("last_error"),
    updatedAt: time("updated_at").notNull().defaultNow(),
  },
  (table) => [
    primaryKey({ columns: [table.notificationId, table.channel] }),
    index("deliveries_due").on(table.nextAttemptAt).where(sql`${table.status} = 'pending'`),
    index("deliveries_failed").on(table.notificationId).where(sql`${table.status} = 'failed'`),
  ],
);
