/** Removing rows that are old. */
import type { ConsumedQueueDescriptor } from "@rabbit-contract/messaging";
import { type SQL, sql } from "drizzle-orm";
import { ago, firstUuidOf } from "./sql.ts";
import type { Database } from "./transaction.ts";

export interface Chore {
  /** For the log, e.g. "inbox". */
  readonly name: string;
  /**
   * Removes up to `limit` rows in one short transaction, and skips rows that others have locked: replicas may run it
   * at the same time.
   * @returns how many rows it has removed; 0 when there is nothing left to do
   */
  readonly run: (sql: Database["sql"], limit: number) => Promise<number>;
}

/** Deletes rows of `table` whose time, a column with an index, is more than `age` milliseconds ago. */
export function deleteOlder(table: string, column: string, age: number): Chore {
  const [from, time] = [sql.identifier(table), sql.identifier(column)];
  const old = sql`${time} < ${ago(age)} order by ${time}`;
  return { name: table, run: (executor, limit) => deleteUpTo(executor, sql`${from}`, old, limit) };
}

/**
 * Removes records of messages that were handled longer ago than `retention` milliseconds, and of starts that never
 * ended. A message that is delivered again after that is handled again, so `retention` must be longer than dead letters
 * and outbox messages are kept.
 */
export function inboxChores(queues: readonly ConsumedQueueDescriptor[], retention: number): readonly Chore[] {
  return [
    {
      name: "inbox",
      async run(executor, limit) {
        // Most ids are UUIDv7, so the primary key finds the old ones, without an index that each insert would pay for.
        // Ids that contain no time, or a time far ahead, sort after today's: few rows, each of which is checked.
        const old = sql`message_id < ${firstUuidOf(ago(retention))}`;
        const timeless = sql`message_id >= ${firstUuidOf(sql`now() + interval '1 day'`)}`;
        for (const { name } of queues) {
          for (const ids of [old, timeless]) {
            const rows = sql`queue = ${name} and ${ids} and handled_at < ${ago(retention)} order by message_id`;
            const deleted = await deleteUpTo(executor, sql`inbox`, rows, limit);
            if (deleted > 0) return deleted;
          }
        }
        return 0;
      },
    },
    deleteOlder("inbox_starts", "started_at", retention),
  ];
}

async function deleteUpTo(
  executor: Pick<Database["sql"], "execute">,
  table: SQL,
  rows: SQL,
  limit: number,
): Promise<number> {
  const { rowCount } = await executor.execute(sql`
    delete from ${table} where ctid = any(array(
      select ctid from ${table} where ${rows} limit ${limit} for update skip locked))`);
  return rowCount ?? 0;
}
