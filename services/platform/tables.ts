/** Tables that every service's database has: the outbox of what it sends, the inbox of what it has handled. */
import { index, integer, jsonb, pgTable, primaryKey, text, timestamp, uuid } from "drizzle-orm/pg-core";

/** A message waits here from the transaction that made it until the broker has confirmed it. */
export const outbox = pgTable(
  "outbox",
  {
    /** UUIDv7; becomes the AMQP `message_id`. */
    id: uuid().primaryKey(),
    type: text().notNull(),
    exchange: text().notNull(),
    routingKey: text("routing_key").notNull(),
    service: text().notNull(),
    correlationId: text("correlation_id").notNull(),
    createdAt: timestamp("created_at", { withTimezone: true }).notNull(),
    headers: jsonb().notNull(),
    /** The payload as the JSON text that is published, byte for byte. */
    content: text().notNull(),
    /** Until then the row belongs to the process that wrote or took it; after that, to any sweeper. */
    leasedUntil: timestamp("leased_until", { withTimezone: true }).notNull(),
  },
  (table) => [index("outbox_leased_until").on(table.leasedUntil)],
);

/** A message that was handled with outcome `done` stands here, so that its next delivery changes nothing. */
export const inbox = pgTable(
  "inbox",
  {
    queue: text().notNull(),
    messageId: uuid("message_id").notNull(),
    handledAt: timestamp("handled_at", { withTimezone: true }).notNull().defaultNow(),
  },
  (table) => [primaryKey({ columns: [table.queue, table.messageId] })],
);

/** Redelivered messages whose handling started and has not ended; one that keeps starting kills its process. */
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
