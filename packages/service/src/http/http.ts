import { atMostEvery, parseTraceContext, type TraceContext, traceIdOf } from "@rabbit-contract/messaging";
import { Elysia, NotFoundError } from "elysia";
import { type Caller, nobody } from "../access/caller.ts";
import type { Guard } from "../access/guard.ts";
import type { Logger } from "../log.ts";
import { isDraining, runtimeName, type Server, serve } from "../runtime/runtime.ts";
import type { Metrics } from "../telemetry/metrics.ts";
import type { Telemetry } from "../telemetry/telemetry.ts";
import { isProbe, noRoute, pathOf, understand, unknownPath, withoutStream } from "./dispatch.ts";
import { type HealthChecks, healthReport, Liveness, Readiness } from "./health.ts";
import { apiPage, type DescribedRoute, describeApi, requireDescriptions } from "./openapi.ts";
import { type ErrorMapping, ProblemError, problemResponse, unavailable } from "./problem.ts";
import { requestIdOf } from "./request-id.ts";
import { route } from "./route.ts";

export { route } from "./route.ts";
export { closed, dateTime, uuid } from "./schema.ts";

export interface AppOptions {
  /** Title of the OpenAPI document, e.g. "Orders". */
  readonly title: string;
  readonly version: string;
  readonly description: string;
  readonly log: Logger;
  /** Knows who calls, and how much they may ask for. */
  readonly guard: Guard;
  /** How errors of the use cases look over HTTP; the first that fits. */
  readonly errors?: readonly ErrorMapping[];
  /** True when an error says that the database is away: 503 instead of 500. */
  readonly isUnavailable?: (error: unknown) => boolean;
  readonly checks?: HealthChecks;
  /** Counts requests, and is served at `/metrics`. */
  readonly telemetry?: Telemetry | undefined;
}

/** What handlers get beside elysia's context. */
export type RequestContext = {
  readonly requestId: string;
  /** To be spread into the context of messages that the request causes. */
  trace: TraceContext;
  /** Template of the path, once a route was found. */
  routed?: string;
};

/**
 * An elysia app with the conventions of this system; add routes made by `route`.
 *
 * | what                                          | answer                                                     |
 * | --------------------------------------------- | ---------------------------------------------------------- |
 * | any error                                     | `application/problem+json` (RFC 9457)                      |
 * | a URL, body or Host that cannot be understood | 400                                                        |
 * | no token where one is needed, or a wrong one  | 401 with `WWW-Authenticate`                                |
 * | a caller who may not do this                  | 403; 404 for what they may not know of                     |
 * | unknown path, or an id in it that cannot be   | 404                                                        |
 * | known path, other method                      | 405 with `Allow`; OPTIONS: 204 with `Allow`; HEAD: as GET  |
 * | body too slow, too large, not JSON            | 408, 413, 415                                              |
 * | a caller who asks too much                    | 429 with `Retry-After`; 503 when all of them do            |
 * | invalid body, query or headers                | 422 with every invalid field in `errors`                   |
 * | a mapped error of a use case                  | as `errors` says                                           |
 * | the database is away                          | 503 with `Retry-After`                                     |
 * | anything else                                 | 500 without details; the log has them under the request id |
 *
 * Each response carries `x-request-id`: the client's own when it sent a valid one. Serves `/health/live`,
 * `/health/ready`, `/metrics`, `/openapi` and `/openapi/json`.
 */
export function createApp(options: AppOptions) {
  const { log, guard, checks = {}, telemetry } = options;
  const health = healthReport(checks, log);
  const toProblem = problemOf(options);
  const contexts = new WeakMap<Request, RequestContext>();
  const contextOf = (request: Request) => contexts.get(request) ?? newContext(request);
  let document: object | undefined;

  // Each call below changes this very instance; only its type grows.
  const root = new Elysia({
    normalize: false,
    precompile: true,
    // elysia would otherwise look for the path behind the 11th character, wherever a short host ends.
    handler: { standardHostname: false },
  });
  const conventions: Middleware = async (request, handle) => {
    const started = performance.now();
    const context = newContext(request);
    const span = telemetry?.startRequest(request, context.trace);
    if (span) context.trace = span.trace;
    let response: Response;
    let understood: Request | Response | undefined;
    let entered = false;
    try {
      // A process with too much to do is well, and what it has to do is worth knowing.
      if (!isProbe(request.url)) {
        guard.enter();
        entered = true;
      }
      understood = understand(request, root.routes);
      if (understood instanceof Request) contexts.set(understood, context);
      response = understood instanceof Response ? understood : await handle(understood);
    } catch (error) {
      response = problemResponse(toProblem(error, context));
    } finally {
      if (entered) guard.leave(understood instanceof Request ? understood : undefined);
    }
    if (request.method === "HEAD") response = await withoutStream(response);
    response.headers.set("x-request-id", context.requestId);
    // The client's next request then goes to a process that does not stop.
    if (isDraining(request)) response.headers.set("connection", "close");
    response.headers.set("x-content-type-options", "nosniff");
    if (!response.headers.has("cache-control")) response.headers.set("cache-control", "no-store");
    const milliseconds = performance.now() - started;
    logAccess(log, request, response.status, context, milliseconds);
    const { method } = request;
    span?.end(context.routed, response.status);
    telemetry?.countRequest({ method, route: context.routed, status: response.status, milliseconds });
    return response;
  };

  return root
    .wrap(
      (handle) => (request: Request) =>
        conventions(request, async (understood) => {
          // elysia types what it wraps as a function of nothing in particular.
          const response: unknown = await handle(understood);
          if (response instanceof Response) return response;
          throw new TypeError(`elysia answered with ${typeof response} instead of a Response`);
        }),
    )
    .onError({ as: "global" }, ({ error, request }) => {
      const cause = error instanceof NotFoundError ? noRoute(request, root.routes) : error;
      return problemResponse(toProblem(cause, contextOf(request)));
    })
    .decorate({ guard, caller: nobody as Caller })
    .derive({ as: "global" }, ({ request, route }) => {
      const context = contextOf(request);
      context.routed = route;
      return context;
    })
    .get(
      "/health/live",
      () => ({ status: "live" as const }),
      route({
        summary: "Tell whether the process runs",
        access: "public",
        responses: { 200: { description: "It does", body: Liveness } },
      }),
    )
    .get(
      "/health/ready",
      async ({ request, status }) => {
        const report = await health();
        if (isDraining(request)) return status(503, { ...report, status: "stopping" as const });
        return status(report.status === "unavailable" ? 503 : 200, report);
      },
      route({
        summary: "Tell whether the service can do its work",
        access: "public",
        responses: {
          200: {
            description: "Ready; when degraded, some of it is put off until a dependency is back",
            body: Readiness,
          },
          503: {
            description: "A dependency is away without which nothing works, or the service is stopping",
            body: Readiness,
          },
        },
      }),
    )
    .get("/metrics", () => metricsPage(telemetry?.metrics), hidden)
    .get(
      "/openapi",
      () => new Response(apiPage(options), { headers: { "content-type": "text/html; charset=utf-8" } }),
      hidden,
    )
    .get(
      "/openapi/json",
      () => {
        document ??= describeApi(root.routes, options);
        return document;
      },
      hidden,
    );
}

const hidden = { detail: { hide: true } };

async function metricsPage(metrics: Metrics | undefined): Promise<Response> {
  if (!metrics) throw unknownPath();
  return new Response(await metrics.text(), { headers: { "content-type": metrics.contentType } });
}

type Middleware = (request: Request, handle: (request: Request) => Promise<Response>) => Promise<Response>;

function newContext(request: Request): RequestContext {
  return { requestId: requestIdOf(request.headers), trace: traceOf(request.headers) };
}

function logAccess(log: Logger, request: Request, status: number, context: RequestContext, ms: number): void {
  // What is unavailable is logged where it is noticed, and not for each request that has to do without.
  const level = status >= 500 && status !== 503 ? "info" : "debug";
  if (!log.isLevelEnabled(level)) return;
  // Without the query: it may say who the client asks about.
  const path = pathOf(request.url);
  const { method } = request;
  log[level]({ ...idsOf(context), method, path, status, ms: Math.round(ms * 10) / 10 }, "request");
}

/** What a line is found by that is about a request. */
function idsOf({ requestId, trace }: RequestContext) {
  return { requestId, traceId: traceIdOf(trace.traceparent) };
}

/** The one place where an error becomes an answer. */
function problemOf({ log, errors = [], isUnavailable = () => false }: AppOptions) {
  const logUnavailable = atMostEvery(1000);
  return (error: unknown, context: RequestContext): ProblemError => {
    if (error instanceof ProblemError) return error;
    for (const mapping of errors) {
      const problem = mapping(error);
      if (problem !== undefined) return problem;
    }
    if (isUnavailable(error)) {
      logUnavailable((suppressed) =>
        log.warn({ err: error, ...idsOf(context), suppressed }, "request refused: unavailable"),
      );
      return unavailable("A dependency is away for the moment. Nothing was changed; try again.", 1, error);
    }
    log.error({ err: error, ...idsOf(context) }, "request failed");
    const detail = `It is in the log under the request id ${context.requestId}.`;
    return new ProblemError({ status: 500, name: "internal", title: "Something went wrong", detail });
  };
}

/** An elysia app, whatever its routes. */
interface App {
  readonly fetch: (request: Request) => Response | Promise<Response>;
  readonly routes: readonly DescribedRoute[];
  compile(): unknown;
}

/** Serves `app`. @throws Error when the port is taken, or a route was not made by `route` */
export async function listen(
  app: App,
  options: { readonly port: number; readonly hostname: string; readonly log: Logger },
): Promise<Server> {
  const { port, hostname, log } = options;
  requireDescriptions(app.routes);
  app.compile();
  const server = await serve({ fetch: app.fetch, port, hostname });
  log.info({ url: server.url, runtime: runtimeName }, "listening");
  return server;
}

function traceOf(headers: Headers): TraceContext {
  const traceparent = headers.get("traceparent");
  return traceparent === null
    ? {}
    : parseTraceContext({ traceparent, tracestate: headers.get("tracestate") });
}
