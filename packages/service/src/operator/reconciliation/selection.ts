/** How an operator says what is to be told again. */

import { firstUuidOf } from "@rabbit-contract/postgres";
import { type Static, type TSchema, Type } from "@sinclair/typebox";
import { type SQL, sql } from "drizzle-orm";
import { closed, dateTime } from "../../http/schema.ts";

export const ranged = closed({
  from: Type.Optional(dateTime("Those made at this time or later")),
  to: Type.Optional(dateTime("Those made before this time")),
});

export type TimeRange = Static<typeof ranged>;

/** Up to 1,000 of them. */
export function listOf<Item extends TSchema>(item: Item, description: string) {
  return Type.Optional(Type.Array(item, { minItems: 1, maxItems: 1000, description }));
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
