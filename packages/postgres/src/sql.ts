/** UUIDv7s and times, as the database compares and writes them. */
import { type SQL, sql } from "drizzle-orm";

/**
 * A new UUIDv7 with the time of the database's clock, with which rows are compared; clocks of processes differ. Like
 * PostgreSQL 18's `uuidv7()`, it has 12 bits for the time below the millisecond.
 */
export const newUuid: SQL = sql`(
  overlay(lpad(to_hex(floor(extract(epoch from clock_timestamp()) * 4096000)::bigint), 15, '0') placing '7' from 13 for 0)
  || substr(gen_random_uuid()::text, 20))::uuid`;

/** The lowest UUIDv7 of a time, a `timestamptz`, to find rows by time in an index on their ids. */
export function firstUuidOf(time: SQL): SQL {
  const milliseconds = sql`floor(greatest(0, extract(epoch from ${time}) * 1000))::bigint`;
  return sql`rpad(lpad(to_hex(${milliseconds}), 12, '0'), 32, '0')::uuid`;
}

/** The time this many milliseconds before now. */
export function ago(milliseconds: number): SQL {
  return sql`now() - ${milliseconds} * interval '1 millisecond'`;
}

/** A `timestamptz` as text: RFC 3339 in UTC, to the millisecond. */
export function rfc3339(time: SQL): SQL {
  return sql`to_char(${time} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;
}

/** PostgreSQL's text cannot hold NUL, and a text from elsewhere may. */
export function printableText(text: string): string;
export function printableText(text: string | undefined): string | undefined;
export function printableText(text: string | undefined): string | undefined {
  return text?.replaceAll("\0", "\u{fffd}").toWellFormed();
}
