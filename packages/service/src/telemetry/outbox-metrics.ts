import type { MessagingErrorCode, OutboxMessage, RefusalReason } from "@rabbit-contract/messaging";
import { sql } from "drizzle-orm";
import type { NodePgDatabase } from "drizzle-orm/node-postgres";
import { messagingBuckets } from "./messaging-metrics.ts";
import type { Metrics } from "./metrics.ts";

/**
 * Maximum number of rows that are counted: above it, the exact number does not matter, and counting becomes expensive.
 */
const countedRows = 10_000;

/** Counts what goes into the outbox and what leaves it. */
export class OutboxMetrics {
  readonly #written;
  readonly #published;
  readonly #failures;
  readonly #parked;

  constructor(metrics: Metrics) {
    this.#written = metrics.counter({
      name: "outbox_messages_total",
      help: "Messages that committed transactions have put into the outbox",
      labels: ["message"],
    });
    this.#published = metrics.histogram({
      name: "outbox_publish_duration_seconds",
      help: "From handing a message over to the broker's confirm, including the wait for room in the window",
      labels: ["message"],
      buckets: messagingBuckets,
    });
    this.#failures = metrics.counter({
      name: "outbox_publish_failures_total",
      help: "Messages that were not published and stay in the outbox, by reason: message-returned means that no queue took it",
      labels: ["message", "code"],
    });
    this.#parked = metrics.counter({
      name: "outbox_messages_parked_total",
      help: "Messages that were parked in the outbox because the broker refused them at every attempt, by reason",
      labels: ["message", "reason"],
    });
  }

  written(messages: readonly OutboxMessage[]): void {
    const counts = new Map<string, number>();
    for (const { type } of messages) counts.set(type, (counts.get(type) ?? 0) + 1);
    for (const [message, count] of counts) this.#written({ message }, count);
  }

  published({ type }: OutboxMessage, seconds: number): void {
    this.#published({ message: type }, seconds);
  }

  failed({ type }: OutboxMessage, code: MessagingErrorCode | "other"): void {
    this.#failures({ message: type, code });
  }

  parked(message: string, reason: RefusalReason): void {
    this.#parked({ message, reason });
  }
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
