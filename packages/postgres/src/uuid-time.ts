/** The lowest UUIDv7 of a time in milliseconds since 1970, to find ids by time in an index on ids. */
export function firstUuidOf(time: number): string {
  const milliseconds = Math.floor(Math.min(Math.max(0, time), 2 ** 48 - 1))
    .toString(16)
    .padStart(12, "0");
  return `${milliseconds.slice(0, 8)}-${milliseconds.slice(8)}-0000-0000-000000000000`;
}
