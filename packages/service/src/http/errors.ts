/** The one place where an error becomes a response. */
import {
  atMostEvery,
  type Fault,
  logInterval,
  type TraceContext,
  traceIdOf,
} from "@rabbit-contract/messaging";
import { CommitOutcomeUnknown, databaseFaultOf, KeyReused, levelOf } from "@rabbit-contract/postgres";
import { NotFoundError, ParseError, ValidationError } from "elysia";
import type { Logger } from "../log.ts";
import {
  type ErrorMapping,
  invalidInput,
  outcomeUnknown,
  ProblemError,
  unavailable,
  unprocessable,
} from "./problem.ts";
import { noRoute, unknownPath } from "./routing.ts";
import { type InputSchemas, invalidFields } from "./validation.ts";

export interface ErrorOptions {
  readonly log: Logger;
  /** How commands' errors look over HTTP; the first match applies. */
  readonly errors?: readonly ErrorMapping[];
}

/** What identifies a request in its log lines. */
interface Identified {
  readonly requestId: string;
  readonly trace: TraceContext;
}

export function idsOf({ requestId, trace }: Identified) {
  return { requestId, traceId: traceIdOf(trace.traceparent) };
}

export function problemMapper({ log, errors = [] }: ErrorOptions) {
  const logRefused = atMostEvery(logInterval);
  return (error: unknown, request: Identified): ProblemError => {
    if (error instanceof ProblemError) return error;
    for (const mapping of errors) {
      const problem = mapping(error);
      if (problem !== undefined) return problem;
    }
    if (error instanceof KeyReused) {
      return unprocessable("idempotency-key-reused", "The idempotency key was used before", error.message);
    }
    const fault = databaseFaultOf(error) ?? "caller";
    if (fault !== "caller") {
      const fields = { err: error, ...idsOf(request) };
      if (error instanceof CommitOutcomeUnknown) {
        // Each request that may have been carried out, with its id.
        log.warn(fields, "request whose outcome is unknown");
        return outcomeUnknown(error);
      }
      logRefused(
        (suppressed) => log[levelOf(error)]({ ...fields, suppressed }, "request refused: the database"),
        fault,
      );
      return unavailable(...databaseProblems[fault], error);
    }
    log.error({ err: error, ...idsOf(request) }, "request failed");
    const detail = `It is in the log under the request id ${request.requestId}.`;
    return new ProblemError({ status: 500, name: "internal", title: "Something went wrong", detail });
  };
}

const overloaded = "The database is unavailable or overloaded. Nothing was changed; try again.";
/** In words that claim no more than is known, and the seconds until it may be tried again. */
const databaseProblems: Readonly<Record<Exclude<Fault, "caller">, readonly [string, number]>> = {
  configuration: [
    "The service cannot use its database until an operator fixes it. Nothing was changed; try again later.",
    10,
  ],
  conflict: ["Another request was changing the same data. Nothing was changed; try again.", 1],
  unavailable: [overloaded, 1],
  suspect: [overloaded, 1],
};

/** A route as Elysia lists it. */
export interface Route {
  readonly method: string;
  readonly path: string;
  readonly hooks: InputSchemas;
}

interface Failed {
  readonly error: unknown;
  readonly request: Request;
  /** Template of the path; undefined when no route was found. */
  readonly route: string | undefined;
  readonly body: unknown;
}

/** Elysia's own errors as problems; any other error as it is. */
export function translated({ error, request, route, body }: Failed, routes: readonly Route[]): unknown {
  if (error instanceof NotFoundError) return noRoute(request, routes);
  if (error instanceof ParseError) return error.cause;
  if (error instanceof ValidationError && error.type === "params") return unknownPath();
  // A response that breaks its schema is the service's own fault.
  if (error instanceof ValidationError && error.type === "response") return error;
  // Elysia fails to describe an invalid value that it cannot convert to a string, such as {"toString": 1}.
  if (!(error instanceof ValidationError || error instanceof TypeError)) return error;
  const method = request.method === "HEAD" ? "GET" : request.method;
  const found = routes.find((one) => one.path === route && one.method === method);
  const fields = invalidFields(found?.hooks ?? {}, request, body);
  return fields.length > 0 || error instanceof ValidationError ? invalidInput(fields) : error;
}
