/** SQL for a range of time. */
import { firstUuidOf } from "@rabbit-contract/postgres";
import { type SQL, sql } from "drizzle-orm";

/** RFC 3339; from `from` on, until before `to`. */
export interface TimeRange {
  readonly from?: string;
  readonly to?: string;
}

/**
 * Ids from that time, which the primary key finds: a UUIDv7 begins with the milliseconds since 1970, by the clock of
 * the database that made it. May include a few ids from just outside: the clocks of two databases differ, and a row is
 * older than its transaction's end.
 */
export function idsOf(column: SQL, { from, to }: TimeRange): SQL {
  const conditions = [sql`true`];
  if (from !== undefined)
    conditions.push(sql`${column} >= ${firstUuidOf(sql`(${from}::timestamptz - interval '1 minute')`)}`);
  if (to !== undefined)
    conditions.push(sql`${column} < ${firstUuidOf(sql`(${to}::timestamptz + interval '1 minute')`)}`);
  return sql.join(conditions, sql` and `);
}

export function timesOf(column: SQL, { from, to }: TimeRange): SQL {
  const conditions = [sql`true`];
  if (from !== undefined) conditions.push(sql`${column} >= ${from}::timestamptz`);
  if (to !== undefined) conditions.push(sql`${column} < ${to}::timestamptz`);
  return sql.join(conditions, sql` and `);
}
