import { Type } from "@sinclair/typebox";

export interface Preferences {
  /** Seconds that the client would wait for the final state, 0–30; undefined when it did not say. */
  readonly wait: number | undefined;
  readonly respondAsync: boolean;
}

const MAX_WAIT = 30;

/**
 * Parses `Prefer` (RFC 7240). Unknown or malformed preferences are ignored, as the RFC says; of two equal ones, the
 * first counts.
 */
export function parsePrefer(header: string | undefined): Preferences {
  let wait: number | undefined;
  let respondAsync = false;
  if (header === undefined) return { wait, respondAsync };
  for (const preference of header.split(",")) {
    const [name = "", value = ""] = (preference.split(";", 1)[0] ?? "").split("=", 2);
    const key = name.trim().toLowerCase();
    if (key === "respond-async") respondAsync = true;
    const seconds = /^\s*"?(\d{1,9})"?\s*$/.exec(value)?.[1];
    if (key === "wait" && seconds !== undefined) wait ??= Math.min(Number(seconds), MAX_WAIT);
  }
  return { wait, respondAsync };
}

/** For a route's headers; read it with `parsePrefer`. */
export const Prefer = Type.String({
  maxLength: 255,
  description: "RFC 7240: `wait=N` waits up to N (at most 30) seconds for the final state",
  examples: ["wait=5"],
});
