import { parseTraceContext, type TraceContext } from "@rabbit-contract/messaging";
import { Elysia } from "elysia";
import { access } from "../access/access.ts";
import type { Guard } from "../access/guard.ts";
import { isDraining } from "../runtime/runtime.ts";
import type { RequestSpan } from "../telemetry/http-spans.ts";
import type { Telemetry } from "../telemetry/telemetry.ts";
import { isSampled, unsampled } from "../telemetry/trace-context.ts";
import { type ErrorOptions, idsOf, problemMapper, type Route, translated } from "./errors.ts";
import { invalidInput, problemResponse } from "./problem.ts";
import { requestIdOf } from "./request-id.ts";
import { allowedMethods, anyPath, isProbe, pathOf, requireValidUrl } from "./routing.ts";
import { ambiguousParameters } from "./validation.ts";

export interface ConventionOptions extends ErrorOptions {
  readonly guard: Guard;
  readonly telemetry?: Telemetry | undefined;
}

/** What handlers get in addition to Elysia's context. */
type RequestContext = {
  readonly requestId: string;
  /** To be spread into the context of messages that the request causes. */
  trace: TraceContext;
  /** Template of the path, once a route was found. */
  routed?: string | undefined;
};

/**
 * The conventions of every call, as an Elysia plugin.
 *
 * | what                                           | answer                                                     |
 * | ---------------------------------------------- | ---------------------------------------------------------- |
 * | any error                                      | `application/problem+json` (RFC 9457)                      |
 * | a URL, body or Host that cannot be understood  | 400                                                        |
 * | no token where one is needed, or an invalid one | 401 with `WWW-Authenticate`                               |
 * | a caller who may not do this                   | 403; 404 for what they may not know of                     |
 * | unknown path, or an id in it that is invalid   | 404                                                        |
 * | known path, other method                       | 405 with `Allow`; OPTIONS: 204 with `Allow`; HEAD: as GET  |
 * | body too slow, too large, not JSON             | 408, 413, 415                                              |
 * | too many requests of one caller                | 429 with `Retry-After`; 503 when there are too many in all |
 * | invalid body, query or headers                 | 422 with every invalid field in `errors`                   |
 * | a mapped error of a command                    | as `errors` says                                           |
 * | the database cannot be used at present         | 503 with `Retry-After`                                     |
 * | anything else                                  | 500 without details; the log has them under the request id |
 *
 * @param routes those of the whole app
 *
 * Each response carries `x-request-id`: the client's own when it sent a valid one.
 */
export function conventions(options: ConventionOptions, routes: () => readonly Route[]) {
  const { log, guard, telemetry } = options;
  const toProblem = problemMapper(options);
  const contexts = new WeakMap<Request, RequestContext>();
  const contextOf = (request: Request) => contexts.get(request) ?? newContext(request);

  const plugin = new Elysia({ name: "conventions" });
  // Separately, so that it is not in the app's types, from which clients are made.
  plugin.options(anyPath, ({ request }) => allowedMethods(request, routes()), { detail: { hide: true } });
  return (
    plugin
      .use(access)
      // Around everything, so that each request that was counted in is also counted out, whatever is thrown.
      .wrap((handle) => async (request: Request) => {
        const started = performance.now();
        const context = newContext(request);
        contexts.set(request, context);
        let span: RequestSpan | undefined;
        let response: Response;
        try {
          if (!isProbe(request.url)) guard.enter(request);
          const { traceparent } = context.trace;
          // Recording is expensive: an anonymous caller must not be able to have everything recorded, here and
          // downstream.
          if (isSampled(traceparent) && !(await guard.knows(request))) {
            context.trace = { ...context.trace, traceparent: unsampled(traceparent) };
          }
          span = telemetry?.startRequest(request, context.trace);
          if (span) context.trace = span.trace;
          requireValidUrl(request);
          const answer: unknown = await handle(request);
          if (!(answer instanceof Response)) throw new TypeError(`Elysia answered with ${typeof answer}`);
          response = answer;
        } catch (error) {
          response = problemResponse(toProblem(error, context));
        } finally {
          guard.leave(request);
        }
        const { headers, status } = response;
        headers.set("x-request-id", context.requestId);
        // The client's next request then goes to another process.
        if (isDraining(request)) headers.set("connection", "close");
        headers.set("x-content-type-options", "nosniff");
        if (!headers.has("cache-control")) headers.set("cache-control", "no-store");
        const milliseconds = performance.now() - started;
        logAccess(request, status, context, milliseconds);
        span?.end(context.routed, status);
        telemetry?.countRequest({ method: request.method, route: context.routed, status, milliseconds });
        return response;
      })
      .onRequest((context) => {
        context.guard = guard;
      })
      .derive({ as: "global" }, ({ request, route }) => {
        const context = contextOf(request);
        context.routed = route;
        return context;
      })
      .onTransform({ as: "global" }, ({ request }) => {
        if (!request.url.includes("?")) return;
        const errors = ambiguousParameters(request.url);
        if (errors.length > 0) throw invalidInput(errors);
      })
      .onError({ as: "global" }, ({ error, request, route, body }) => {
        const context = contextOf(request);
        context.routed ??= route || undefined;
        const cause = translated({ error, request, route, body }, routes());
        return problemResponse(toProblem(cause, context));
      })
  );

  function logAccess(request: Request, status: number, context: RequestContext, ms: number): void {
    // An outage is logged where it is noticed, not once for each request that it refuses.
    const level = status >= 500 && status !== 503 ? "info" : "debug";
    if (!log.isLevelEnabled(level)) return;
    // Without the query, which may name a person.
    const path = pathOf(request.url);
    const { method } = request;
    log[level]({ ...idsOf(context), method, path, status, ms: Math.round(ms * 10) / 10 }, "request");
  }
}

function newContext({ headers }: Request): RequestContext {
  const traceparent = headers.get("traceparent");
  const trace =
    traceparent === null ? {} : parseTraceContext({ traceparent, tracestate: headers.get("tracestate") });
  return { requestId: requestIdOf(headers), trace };
}
