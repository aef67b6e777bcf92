/** The client's `x-request-id` when it is harmless, else a new one. */
export function requestIdOf(headers: Headers): string {
  const given = headers.get("x-request-id");
  return given !== null && /^[\w.:/+=-]{1,128}$/.test(given) ? given : crypto.randomUUID();
}
