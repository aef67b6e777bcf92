import { index, jsonb, pgTable, text, timestamp, uuid } from "drizzle-orm/pg-core";

/** What operators did with dead letters: a row for each message, written before the action. */
export const deadLetterActions = pgTable(
  "dead_letter_actions",
  {
    /** UUIDv7: sorts by time. */
    id: uuid().primaryKey(),
    /** Shared by all rows that one call wrote. */
    runId: uuid("run_id").notNull(),
    operator: text().notNull(),
    action: text().$type<"replay" | "delete">().notNull(),
    /** What the operator chose: one queue or all, and the filter. */
    selection: jsonb().notNull(),
    queue: text().notNull(),
    /** The message's AMQP `message_id`, or a digest of a message without one. */
    messageId: text("message_id").notNull(),
    type: text(),
    reason: text().notNull(),
    failureReason: text("failure_reason"),
    startedAt: timestamp("started_at", { withTimezone: true }).notNull().defaultNow(),
    /** Null while the action runs, and when it was interrupted: then it may have been done, or not. */
    outcome: text().$type<"done" | "failed">(),
    /** The error, when it failed; the message stayed in the dead-letter queue. */
    failure: text(),
    endedAt: timestamp("ended_at", { withTimezone: true }),
  },
  (table) => [
    index("dead_letter_actions_of_message").on(table.messageId),
    index("dead_letter_actions_of_run").on(table.runId, table.id),
  ],
);
