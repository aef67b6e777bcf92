import type { OutboxObserver } from "@rabbit-contract/postgres";
import { sql } from "drizzle-orm";
import type { NodePgDatabase } from "drizzle-orm/node-postgres";
import { messagingBuckets } from "./messaging-observer.ts";
import type { MessagingSpans } from "./messaging-spans.ts";
import type { Metrics } from "./metrics.ts";

/**
 * Maximum number of rows that are counted: above it, the exact number does not matter, and counting becomes expensive.
 */
const countedRows = 10_000;

/** Counts what goes into the outbox and what leaves it, and traces it if there are spans. */
export function outboxObserver(metrics: Metrics, spans?: MessagingSpans): OutboxObserver {
  const countWritten = metrics.counter({
    name: "outbox_messages_total",
    help: "Messages that committed transactions have put into the outbox",
    labels: ["message"],
  });
  const publishDuration = metrics.histogram({
    name: "outbox_publish_duration_seconds",
    help: "From handing a message over to the broker's confirm, including the wait for room in the window",
    labels: ["message"],
    buckets: messagingBuckets,
  });
  const countFailure = metrics.counter({
    name: "outbox_publish_failures_total",
    help: "Messages that were not published and stay in the outbox, by reason: message-returned means that no queue took it",
    labels: ["message", "code"],
  });
  const countParked = metrics.counter({
    name: "outbox_messages_parked_total",
    help: "Messages that were parked in the outbox because the broker refused them at every attempt, by reason",
    labels: ["message", "reason"],
  });
  return {
    writing: (messages) => spans?.create(messages),
    written(messages) {
      const counts = new Map<string, number>();
      for (const { type } of messages) counts.set(type, (counts.get(type) ?? 0) + 1);
      for (const [message, count] of counts) countWritten({ message }, count);
    },
    published(message, started) {
      publishDuration({ message: message.type }, (performance.now() - started) / 1000);
      spans?.sent(message, started);
    },
    failed(message, code, started) {
      countFailure({ message: message.type, code });
      spans?.sent(message, started, code);
    },
    parked: (message, reason) => countParked({ message, reason }),
  };
}

/** What waits in the table, whichever process wrote it. */
export function sampleOutbox(metrics: Metrics, database: Pick<NodePgDatabase, "execute">): void {
  metrics.sample({
    // The console shows it every second.
    maxAge: 900,
    gauges: {
      outbox_rows: `Messages that wait in the outbox of the service's database; counts to ${countedRows}`,
      outbox_parked_messages: `Messages that are parked in the outbox of the service's database; counts to ${countedRows}`,
      outbox_oldest_age_seconds:
        "Age of the oldest message in the outbox of the service's database, without those that the broker refuses; 0 if there is none",
    },
    async read() {
      // The oldest by its id, a UUIDv7: the primary key leads to it.
      const { rows } = await database.execute<{ rows: number; parked: number; age: number }>(sql`
        select
          (select count(*)::int from (
            select from outbox where parked_at is null limit ${countedRows}) as counted) as rows,
          (select count(*)::int from (
            select from outbox where parked_at is not null limit ${countedRows}) as counted) as parked,
          coalesce((
            select extract(epoch from greatest(now() - written_at, '0'))::float8
            from outbox where attempts = 0 order by id limit 1), 0) as age`);
      const [{ rows: count, parked, age } = { rows: 0, parked: 0, age: 0 }] = rows;
      return { outbox_rows: count, outbox_parked_messages: parked, outbox_oldest_age_seconds: age };
    },
  });
}
