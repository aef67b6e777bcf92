/** UUIDv7s and times, as the database compares and writes them. */
import { type SQL, sql } from "drizzle-orm";

/** The lowest UUIDv7 of a time in milliseconds since 1970, to find rows by time in an index on their ids. */
export function firstUuidOf(time: number): string {
  const milliseconds = Math.floor(Math.min(Math.max(0, time), 2 ** 48 - 1))
    .toString(16)
    .padStart(12, "0");
  return `${milliseconds.slice(0, 8)}-${milliseconds.slice(8)}-0000-0000-000000000000`;
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
