/** W3C trace context, as HTTP requests and messages carry it; to be spread into a message's context. */
export interface TraceContext {
  readonly traceparent?: string;
  readonly tracestate?: string;
}

/** The sender's context as it came in. */
interface Received {
  readonly traceparent?: unknown;
  readonly tracestate?: unknown;
}

const TRACEPARENT = /^([0-9a-f]{2})-((?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2})(-.*)?$/;
const TRACESTATE = /^[\x20-\x7e]{1,512}$/;

/** Empty unless `traceparent` is valid. A later version is passed on as version 00, as W3C asks. */
export function parseTraceContext({ traceparent, tracestate }: Received): TraceContext {
  const match = typeof traceparent === "string" ? TRACEPARENT.exec(traceparent) : null;
  if (match === null) return {};
  const [, version, ids, more] = match;
  if (version === "ff" || (version === "00" && more !== undefined)) return {};
  if (typeof tracestate !== "string" || !TRACESTATE.test(tracestate)) return { traceparent: `00-${ids}` };
  return { traceparent: `00-${ids}`, tracestate };
}

/** The 32 hex digits that identify the trace of a request or a message. */
export function traceIdOf(traceparent: unknown): string | undefined {
  return parseTraceContext({ traceparent }).traceparent?.slice(3, 35);
}
