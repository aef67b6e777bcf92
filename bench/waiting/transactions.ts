/** When transactions began and committed, by PostgreSQL's own clock. */
import { setTimeout as delay } from "node:timers/promises";
import type pg from "pg";
import type { TransactionTimes } from "./passages.ts";

/** Milliseconds between two looks at the outbox, whose rows live about a second. */
const interval = 100;

interface Row {
  readonly id: string;
  readonly begin: number;
  readonly commit: number;
}

const milliseconds = (expression: string) => `(extract(epoch from ${expression}) * 1000)::float8`;
const commit = milliseconds("pg_xact_commit_timestamp(xmin)");

/** Of the transactions that place orders, from now until `stop` is called. Those of rows deleted in between are missing. */
export function watchPlacing(pool: pg.Pool) {
  const seen = new Map<string, TransactionTimes>();
  let over = false;
  const watching = watch();
  async function watch(): Promise<void> {
    while (!over) {
      const { rows } = await pool.query<Row>(
        `select correlation_id as id, ${milliseconds("written_at")} as begin, ${commit} as commit
         from outbox where type = 'order.created'`,
      );
      for (const { id, ...times } of rows) if (!seen.has(id)) seen.set(id, times);
      await delay(interval);
    }
  }
  return {
    async stop(): Promise<ReadonlyMap<string, TransactionTimes>> {
      over = true;
      await watching;
      return seen;
    },
  };
}

/** Of the transactions that handled messages since a time in milliseconds since 1970, by message id. */
export async function handledSince(pool: pg.Pool, since: number): Promise<Map<string, TransactionTimes>> {
  const { rows } = await pool.query<Row>(
    `select message_id as id, ${milliseconds("handled_at")} as begin, ${commit} as commit
     from inbox where handled_at >= to_timestamp($1)`,
    [since / 1000],
  );
  return new Map(rows.map(({ id, ...times }) => [id, times]));
}
