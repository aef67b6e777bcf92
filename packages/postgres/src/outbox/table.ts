import { index, jsonb, pgTable, text, timestamp, uuid } from "drizzle-orm/pg-core";

/** A message waits here from the transaction that caused it until the broker has confirmed it. */
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
    /** Until then only the process that wrote or took the row publishes it; after that, any sweeper may. */
    leasedUntil: timestamp("leased_until", { withTimezone: true }).notNull(),
  },
  // For sweeps that find nothing, once a second, while the table is full of rows that are leased.
  (table) => [index("outbox_leased_until").on(table.leasedUntil)],
);
