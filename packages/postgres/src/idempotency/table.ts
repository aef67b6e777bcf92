import { index, integer, jsonb, pgTable, primaryKey, text, timestamp } from "drizzle-orm/pg-core";

/** For a service's drizzle schema, with answers as JSON. `IdempotencyKeys` takes any table with these columns. */
export const idempotencyKeys = pgTable(
  "idempotency_keys",
  {
    /** Whose key it is: each owner has their own keys. */
    owner: text().notNull(),
    key: text().notNull(),
    /** Hash of the key's first request; a different request may not use the key. */
    requestHash: text("request_hash").notNull(),
    /** HTTP status of the first answer. */
    status: integer().notNull(),
    /** The answer that repetitions get; null only within the transaction of the first request. */
    answer: jsonb(),
    createdAt: timestamp("created_at", { withTimezone: true }).notNull().defaultNow(),
  },
  (table) => [
    primaryKey({ columns: [table.owner, table.key] }),
    index("idempotency_keys_by_age").on(table.createdAt),
  ],
);
