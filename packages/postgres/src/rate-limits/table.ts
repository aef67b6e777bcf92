import { index, pgTable, text, timestamp } from "drizzle-orm/pg-core";

/** What clients have spent of their limits, in all processes of a service. A row in the past says nothing. */
export const rateLimits = pgTable(
  "rate_limits",
  {
    /** A digest of the limit's name and the client's. */
    client: text().primaryKey(),
    /** When its requests so far would be done at its rate. */
    paidUntil: timestamp("paid_until", { withTimezone: true }).notNull(),
  },
  (table) => [index("rate_limits_by_time").on(table.paidUntil)],
);
