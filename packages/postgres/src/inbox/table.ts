import { integer, pgTable, primaryKey, text, timestamp, uuid } from "drizzle-orm/pg-core";

/** Messages that were handled with outcome `done`, so that their next delivery changes nothing. */
export const inbox = pgTable(
  "inbox",
  {
    queue: text().notNull(),
    messageId: uuid("message_id").notNull(),
    handledAt: timestamp("handled_at", { withTimezone: true }).notNull().defaultNow(),
  },
  (table) => [primaryKey({ columns: [table.queue, table.messageId] })],
);

/** Redelivered messages whose handling has started and not ended; one that keeps starting crashes its consumer. */
export const inboxStarts = pgTable(
  "inbox_starts",
  {
    queue: text().notNull(),
    messageId: uuid("message_id").notNull(),
    starts: integer().notNull(),
    startedAt: timestamp("started_at", { withTimezone: true }).notNull().defaultNow(),
  },
  (table) => [primaryKey({ columns: [table.queue, table.messageId] })],
);
