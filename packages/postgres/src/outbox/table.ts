import { sql } from "drizzle-orm";
import { index, integer, jsonb, pgTable, text, timestamp, uuid } from "drizzle-orm/pg-core";

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
    /**
     * By the database's clock, for measuring the age of a message. The default, the start of the transaction, lets the
     * column be added without rewriting rows.
     */
    writtenAt: timestamp("written_at", { withTimezone: true }).notNull().defaultNow(),
    headers: jsonb().notNull(),
    /** The payload as the JSON text that is published, byte for byte. */
    content: text().notNull(),
    /** Until then only the process that wrote or took the row publishes it; after that, any sweeper may. */
    leasedUntil: timestamp("leased_until", { withTimezone: true }).notNull(),
    /** How often it was found to be unacceptable. */
    attempts: integer().notNull().default(0),
    /** Why, the last time: a `RefusalReason`, and a description. */
    refusalReason: text("refusal_reason"),
    refusal: text(),
    /** It is no longer tried, until an operator replays it; its lease never ends, so that no sweep takes it. */
    parkedAt: timestamp("parked_at", { withTimezone: true }),
  },
  (table) => [
    // For sweeps that find nothing, once a second, while the table is full of rows that are leased.
    index("outbox_leased_until").on(table.leasedUntil),
    // For operators and metrics; costs the other rows nothing.
    index("outbox_parked").on(table.id).where(sql`${table.parkedAt} is not null`),
  ],
);
