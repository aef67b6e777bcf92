/** Converts between the W3C trace context of headers and OpenTelemetry's representation. */
import {
  type Context,
  createTraceState,
  ROOT_CONTEXT,
  type Span,
  TraceFlags,
  trace,
} from "@opentelemetry/api";
import { parseTraceContext } from "@rabbit-contract/messaging";

/** Of a request, a message or its headers. */
interface Headers {
  readonly traceparent?: unknown;
  readonly tracestate?: unknown;
}

const flagsAt = 53;

/** Whether the trace is recorded; false without one. Reads only the last digit, because it runs for every message. */
export function isSampled(traceparent: unknown): traceparent is string {
  return typeof traceparent === "string" && (traceparent.charCodeAt(flagsAt + 1) & 1) === 1;
}

/** The same trace, not to be recorded. */
export function unsampled(traceparent: string): string {
  const flags = Number.parseInt(traceparent.slice(flagsAt), 16) & ~TraceFlags.SAMPLED;
  return traceparent.slice(0, flagsAt) + flags.toString(16).padStart(2, "0");
}

/** The sender's context; undefined unless it is valid and recorded. */
export function sampledParent(received: Headers): Context | undefined {
  if (!isSampled(received.traceparent)) return undefined;
  const { traceparent, tracestate } = parseTraceContext(received);
  if (traceparent === undefined) return undefined;
  return trace.setSpanContext(ROOT_CONTEXT, {
    traceId: traceparent.slice(3, 35),
    spanId: traceparent.slice(36, 52),
    traceFlags: TraceFlags.SAMPLED,
    isRemote: true,
    ...(tracestate !== undefined && { traceState: createTraceState(tracestate) }),
  });
}

/** The headers for what `span` causes. */
export function traceparentOf(span: Span): string {
  const { traceId, spanId, traceFlags } = span.spanContext();
  return `00-${traceId}-${spanId}-${traceFlags.toString(16).padStart(2, "0")}`;
}
