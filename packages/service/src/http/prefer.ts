import { Type } from "@sinclair/typebox";

const MAX_WAIT = 30;

/**
 * Seconds that a client would wait for the final state, 0–30, as its `Prefer` (RFC 7240) says; undefined when it does
 * not. Unknown or malformed preferences are ignored, as the RFC says; of two equal ones, the first counts.
 */
export function waitIn(header: string | undefined): number | undefined {
  for (const preference of header?.split(",") ?? []) {
    const [name = "", value = ""] = (preference.split(";", 1)[0] ?? "").split("=", 2);
    const seconds = /^\s*"?(\d{1,9})"?\s*$/.exec(value)?.[1];
    if (name.trim().toLowerCase() === "wait" && seconds !== undefined)
      return Math.min(Number(seconds), MAX_WAIT);
  }
  return undefined;
}

/** For a route's headers; read it with `waitIn`. */
export const Prefer = Type.String({
  maxLength: 255,
  description: "RFC 7240: `wait=N` waits up to N (at most 30) seconds for the final state",
  examples: ["wait=5"],
});
