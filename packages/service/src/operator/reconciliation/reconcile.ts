/**
 * Republishes messages that other services may have missed. Deleting a queue or a binding loses copies of messages that
 * the broker had confirmed, silently; but the senders' tables still have what the messages said.
 */
import { setTimeout as delay } from "node:timers/promises";
import type { Database, Transaction } from "@rabbit-contract/postgres";
import { sql } from "drizzle-orm";

/** What one call of a source has read. */
export interface Examined {
  readonly count: number;
  /** Key of the last one, after which to continue; undefined when there are no more. */
  readonly last: string | undefined;
}

/**
 * Puts messages with the current state of up to `limit` entities into the transaction's outbox, in order of their keys,
 * starting after `after`.
 */
export type Source = (tx: Transaction, after: string | undefined, limit: number) => Promise<Examined>;

export interface ReconcileOptions {
  readonly database: Database;
  /** One after the other. */
  readonly sources: readonly Source[];
  /** Sends nothing, only counts. */
  readonly dryRun: boolean;
  /** Ends it after the current transaction. */
  readonly signal: AbortSignal;
}

export interface Progress {
  /** Nothing is left to read. */
  readonly complete: boolean;
  readonly examined: number;
  /** Messages so far, by their type. */
  readonly sent: Readonly<Record<string, number>>;
}

/** Maximum number of entities per transaction. */
const batchSize = 200;
/** Number of messages that the relay has to publish, from any source, above which it waits. */
const backlog = 5_000;
/** Milliseconds between two checks whether the outbox has room. */
const roomInterval = 200;

/**
 * Reports after each transaction. When interrupted, it has sent some of the messages and can be run again: consumers
 * compare messages with their own state, so one that comes twice, or was never missed, changes nothing.
 */
export async function* reconcile(options: ReconcileOptions): AsyncGenerator<Progress, void> {
  const { database, sources, dryRun, signal } = options;
  let examined = 0;
  const sent: Record<string, number> = {};
  for (const [index, source] of sources.entries()) {
    let after: string | undefined;
    do {
      if (!dryRun) await roomInOutbox(database, signal);
      if (signal.aborted) return;
      const batch = await database.transaction(async (tx) => {
        const looked = await source(tx, after, batchSize);
        const types = tx.outbox.map(({ type }) => type);
        if (dryRun) tx.outbox.splice(0);
        return { ...looked, types };
      });
      examined += batch.count;
      for (const type of batch.types) sent[type] = (sent[type] ?? 0) + 1;
      after = batch.last;
      yield { complete: after === undefined && index === sources.length - 1, examined, sent: { ...sent } };
    } while (after !== undefined);
  }
}

async function roomInOutbox(database: Database, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    const { rows } = await database.sql.execute<{ waiting: number }>(sql`
      select count(*)::int as waiting from (select from outbox where parked_at is null limit ${backlog}) as outbox`);
    if ((rows[0]?.waiting ?? 0) < backlog) return;
    await delay(roomInterval);
  }
}
