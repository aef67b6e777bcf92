import { Type } from "@sinclair/typebox";

export interface Preferences {
  /** Seconds the client would wait for the final state, 0–30; undefined when it did not say. */
  readonly wait: number | undefined;
  readonly respondAsync: boolean;
}

const MAX_WAIT = 30;

/** Parses `Prefer` (RFC 7240). What is unknown or malformed is ignored, as the RFC says; the first of two wins. */
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

/** For a route's headers: an opaque key, 1–255 visible ASCII characters. */
export const IdempotencyKey = Type.String({
  minLength: 1,
  maxLength: 255,
  pattern: "^[\\x21-\\x7e]+$",
  description: "The same key with the same body gets the first answer again; with another body, a 422",
  examples: ["0199f3d2-5f0e-7c4a-8b1d-2f6a9c3e4d5b"],
});

/** For a route's headers; read it with `parsePrefer`. */
export const Prefer = Type.String({
  maxLength: 255,
  description: "RFC 7240: `wait=N` waits up to N (at most 30) seconds for the final state",
  examples: ["wait=5"],
});

/** W3C trace context, shaped to be spread into a message's context. */
export interface TraceContext {
  readonly traceparent?: string;
  readonly tracestate?: string;
}

const TRACEPARENT = /^([0-9a-f]{2})-((?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2})(-.*)?$/;
const TRACESTATE = /^[\x20-\x7e]{1,512}$/;

/** Empty unless `traceparent` is valid. A later version is passed on as version 00, as W3C asks. */
export function parseTraceContext(headers: Headers): TraceContext {
  const match = TRACEPARENT.exec(headers.get("traceparent") ?? "");
  if (match === null) return {};
  const [, version, ids, more] = match;
  if (version === "ff" || (version === "00" && more !== undefined)) return {};
  const tracestate = headers.get("tracestate");
  if (tracestate === null || !TRACESTATE.test(tracestate)) return { traceparent: `00-${ids}` };
  return { traceparent: `00-${ids}`, tracestate };
}

/** The client's `x-request-id` when it is harmless, else a new one. */
export function requestIdOf(headers: Headers): string {
  const given = headers.get("x-request-id");
  return given !== null && /^[\w.:/+=-]{1,128}$/.test(given) ? given : crypto.randomUUID();
}
