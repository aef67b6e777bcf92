import { ROOT_CONTEXT, SpanKind, SpanStatusCode, type Tracer } from "@opentelemetry/api";
import type { TraceContext } from "@rabbit-contract/messaging";
import { isProbe } from "../http/routing.ts";
import { isSampled, sampledParent, traceparentOf } from "./trace-context.ts";

export interface RequestSpan {
  /** For what the request causes, instead of its own context. */
  readonly trace: TraceContext;
  /** @param route template of its path; undefined when there is none */
  end(route: string | undefined, status: number): void;
}

export type StartRequest = (request: Request, trace: TraceContext) => RequestSpan | undefined;

/** Traces that may begin in a process within a second: more of them cost CPU time and storage, and show nothing new. */
const tracesPerSecond = 50;

/**
 * Decides whether each request is recorded: as its sender decided, else by chance.
 * @param share of the traces that begin here, from 0 to 1; below 1, at most 50 begin in a second
 */
export function requestSpans(tracer: Tracer, share: number): StartRequest {
  let second = 0;
  let begun = 0;
  const begins = () => {
    if (share === 1) return true;
    if (Math.random() >= share) return false;
    const current = Math.floor(performance.now() / 1000);
    if (current !== second) [second, begun] = [current, 0];
    return ++begun <= tracesPerSecond;
  };
  return (request, incoming) => {
    const recorded = incoming.traceparent === undefined ? begins() : isSampled(incoming.traceparent);
    if (!recorded || isProbe(request.url)) return undefined;
    const { method } = request;
    const url = new URL(request.url);
    const span = tracer.startSpan(
      method,
      {
        kind: SpanKind.SERVER,
        attributes: {
          "http.request.method": method,
          "url.scheme": url.protocol.slice(0, -1),
          "url.path": url.pathname,
          "server.address": url.hostname,
          ...(url.port !== "" && { "server.port": Number(url.port) }),
        },
      },
      sampledParent(incoming) ?? ROOT_CONTEXT,
    );
    const { tracestate } = incoming;
    return {
      trace: { traceparent: traceparentOf(span), ...(tracestate !== undefined && { tracestate }) },
      end(route, status) {
        if (route !== undefined) {
          span.updateName(`${method} ${route}`);
          span.setAttribute("http.route", route);
        }
        span.setAttribute("http.response.status_code", status);
        if (status >= 500) {
          span.setAttribute("error.type", String(status));
          span.setStatus({ code: SpanStatusCode.ERROR });
        }
        span.end();
      },
    };
  };
}
