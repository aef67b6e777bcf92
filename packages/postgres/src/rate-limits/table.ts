import { index, pgTable, text, timestamp } from "drizzle-orm/pg-core";

/** How much of their limits clients have used, in all processes of a service. A row with a past time has no effect. */
export const rateLimits = pgTable(
  "rate_limits",
  {
    /** A digest of the limit's name and the client's. */
    client: text().primaryKey(),
    /** When its requests so far would be done at its allowed rate. */
    paidUntil: timestamp("paid_until", { withTimezone: true }).notNull(),
  },
  (table) => [index("rate_limits_by_time").on(table.paidUntil)],
);
