/**
 * Republishes messages that other services may have missed. Deleting a queue or a binding loses copies of messages
 * that the broker had confirmed, silently; but the senders' tables still hold what they said.
 */
import { setTimeout as delay } from "node:timers/promises";
import type { Database, Transaction } from "@rabbit-contract/postgres";
import { sql } from "drizzle-orm";

/** What one call of a source has looked at. */
export interface Examined {
  readonly count: number;
  /** Key of the last one, to go on after; undefined when there are no more. */
  readonly last: string | undefined;
}

/**
 * Puts messages into the transaction's outbox that say how things stand now, for up to `limit` things, in order of
 * their keys, behind `after`.
 */
export type Source = (tx: Transaction, after: string | undefined, limit: number) => Promise<Examined>;

export interface ReconcileOptions {
  readonly database: Database;
  /** One after the other. */
  readonly sources: readonly Source[];
  /** Sends nothing, only counts. */
  readonly dryRun: boolean;
  /** Ends it after the transaction under way. */
  readonly signal: AbortSignal;
  /** Things a transaction, at most. @default 200 */
  readonly batchSize?: number;
  /** Messages in the outbox, from any source, beyond which it waits for the relay. @default 5_000 */
  readonly backlog?: number;
}

export interface Progress {
  /** Nothing is left to look at. */
  readonly complete: boolean;
  /** Things looked at so far. */
  readonly examined: number;
  /** Messages so far, by their type. */
  readonly sent: Readonly<Record<string, number>>;
}

/** Milliseconds between two looks whether the outbox has room. */
const roomInterval = 200;

/**
 * Reports after each transaction. Interrupted, it has sent some of the messages and can be done again: consumers
 * go by what the messages say, so one that comes twice, or was not missed at all, changes nothing.
 */
export async function* reconcile(options: ReconcileOptions): AsyncGenerator<Progress, void> {
  const { database, sources, dryRun, signal, batchSize = 200, backlog = 5_000 } = options;
  let examined = 0;
  const sent: Record<string, number> = {};
  for (const [index, source] of sources.entries()) {
    let after: string | undefined;
    do {
      if (!dryRun) await roomInOutbox(database, backlog, signal);
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

async function roomInOutbox(database: Database, backlog: number, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    const { rows } = await database.sql.execute<{ waiting: number }>(sql`
      select count(*)::int as waiting from (select from outbox limit ${backlog}) as outbox`);
    if ((rows[0]?.waiting ?? 0) < backlog) return;
    await delay(roomInterval);
  }
}
