/** SQL for a range of time. */
import { firstUuidOf } from "@rabbit-contract/postgres";
import { type SQL, sql } from "drizzle-orm";

/** RFC 3339; from `from` on, until before `to`. */
export interface TimeRange {
  readonly from?: string;
  readonly to?: string;
}

/** Milliseconds that the clocks of those who make ids may differ. */
const clockSkew = 60_000;

/**
 * Ids of the time, which the primary key finds: a UUIDv7 begins with the milliseconds since 1970. May hold a few
 * ids from just outside.
 */
export function idsOf(column: SQL, { from, to }: TimeRange): SQL {
  const conditions = [sql`true`];
  if (from !== undefined)
    conditions.push(sql`${column} >= ${firstUuidOf(Date.parse(from) - clockSkew)}::uuid`);
  if (to !== undefined) conditions.push(sql`${column} < ${firstUuidOf(Date.parse(to) + clockSkew)}::uuid`);
  return sql.join(conditions, sql` and `);
}

export function timesOf(column: SQL, { from, to }: TimeRange): SQL {
  const conditions = [sql`true`];
  if (from !== undefined) conditions.push(sql`${column} >= ${from}::timestamptz`);
  if (to !== undefined) conditions.push(sql`${column} < ${to}::timestamptz`);
  return sql.join(conditions, sql` and `);
}
