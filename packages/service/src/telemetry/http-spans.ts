import { ROOT_CONTEXT, SpanKind, SpanStatusCode, type Tracer } from "@opentelemetry/api";
import type { TraceContext } from "@rabbit-contract/messaging";
import { isProbe } from "../http/routing.ts";
import { isSampled, sampledParent, traceparentOf } from "./trace-context.ts";

/** A request that is recorded. */
export interface RequestSpan {
  /** For what the request causes, instead of its own context. */
  readonly trace: TraceContext;
  /** @param route template of its path; undefined when there is none */
  end(route: string | undefined, status: number): void;
}

export type StartRequest = (request: Request, trace: TraceContext) => RequestSpan | undefined;

/**
 * Decides whether each request is recorded: as its sender decided, else by chance.
 * @param share of the traces that begin here, from 0 to 1
 */
export function requestSpans(tracer: Tracer, share: number): StartRequest {
  return (request, incoming) => {
    if (incoming.traceparent === undefined ? Math.random() >= share : !isSampled(incoming.traceparent)) {
      return undefined;
    }
    if (isProbe(request.url)) return undefined;
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
