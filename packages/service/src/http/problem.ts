import { Kind, type Static, Type } from "@sinclair/typebox";

/** One thing wrong with a request: a JSON pointer into the body, or the name of a parameter. */
export const InvalidInput = Type.Union([
  Type.Object({
    pointer: Type.String({ description: 'JSON pointer into the body, "" for the body itself' }),
    detail: Type.String(),
  }),
  Type.Object({
    in: Type.Union([Type.Literal("query"), Type.Literal("header")]),
    parameter: Type.String(),
    detail: Type.String(),
  }),
]);
export type InvalidInput = Static<typeof InvalidInput>;

/** RFC 9457. Problems of one `type` have the same title and status, and may have members of their own. */
export const Problem = Type.Object(
  {
    type: Type.String({ description: "What kind of problem this is; stable, meant for programs" }),
    title: Type.String({ description: "The same for every problem of this type" }),
    status: Type.Integer({ minimum: 400, maximum: 599 }),
    detail: Type.Optional(Type.String({ description: "What went wrong this time, and how to fix it" })),
    errors: Type.Optional(Type.Array(InvalidInput, { description: "Each invalid field" })),
  },
  {
    description: "RFC 9457 problem details",
    examples: [
      {
        type: "urn:problem:invalid-input",
        title: "The request is invalid",
        status: 422,
        errors: [{ pointer: "/items/0/quantity", detail: 'expected integer, got "three"' }],
      },
    ],
  },
);

/** Where `Problem` is in the OpenAPI document. */
export const problemRef = "#/components/schemas/Problem";

/** For a route's `response`: a specific problem, in addition to those that every such route has. */
export function problem(description: string) {
  return Type.Unsafe<Static<typeof Problem>>({ [Kind]: "Any", $ref: problemRef, description });
}

export interface ProblemOptions extends ErrorOptions {
  readonly status: number;
  /** Last part of the type URI `urn:problem:<name>`, in kebab case. Stable: programs distinguish problems by it. */
  readonly name: string;
  /** The same sentence for every problem of this name. */
  readonly title: string;
  readonly detail?: string;
  /** Members of the problem document in addition to the standard ones, e.g. `errors` or `shortages`. */
  readonly extensions?: Readonly<Record<string, unknown>>;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Thrown anywhere below a route, answered as a problem document. What it says is shown to the client. */
export class ProblemError extends Error {
  override readonly name = "ProblemError";
  readonly status: number;
  readonly problem: Readonly<Record<string, unknown>>;
  readonly headers: Readonly<Record<string, string>>;

  constructor(options: ProblemOptions) {
    const { status, name, title, detail, extensions, headers } = options;
    super(detail ?? title, options.cause === undefined ? undefined : { cause: options.cause });
    this.status = status;
    const standard = { type: `urn:problem:${name}`, title, status, ...(detail && { detail }) };
    this.problem = { ...standard, ...extensions, ...standard };
    this.headers = headers ?? {};
  }
}

type Rest = Pick<ProblemOptions, "extensions" | "headers" | "cause">;

const problemWith = (status: number) => (name: string, title: string, detail?: string, rest?: Rest) =>
  new ProblemError({ status, name, title, ...(detail && { detail }), ...rest });

/** The request cannot be understood at all. */
export const badRequest = problemWith(400);
/** The state of the resource does not allow it. */
export const conflict = problemWith(409);
/** Well-formed, but it cannot be done as it stands. */
export const unprocessable = problemWith(422);

/** 404. @example notFound("basket", basketId) */
export function notFound(what: string, id: string): ProblemError {
  const detail = `There is no ${what} "${id}".`;
  return new ProblemError({ status: 404, name: "not-found", title: "Not found", detail });
}

/** 422 that names each invalid field. */
export function invalidInput(errors: readonly InvalidInput[]): ProblemError {
  return unprocessable("invalid-input", "The request is invalid", undefined, { extensions: { errors } });
}

/** 503 for a dependency that is unavailable; `retryAfter` is in seconds. */
export function unavailable(detail: string, retryAfter: number, cause?: unknown): ProblemError {
  const title = "Temporarily unavailable";
  const headers = { "retry-after": String(retryAfter) };
  return new ProblemError({ status: 503, name: "unavailable", title, detail, headers, cause });
}

/** 503 for a request that may or may not have been carried out. */
export function outcomeUnknown(cause: unknown): ProblemError {
  return new ProblemError({
    status: 503,
    name: "outcome-unknown",
    title: "It is unknown whether this was done",
    detail:
      "The connection to the database was lost while it was being stored: it was stored as a whole, or not at all. " +
      "With the same Idempotency-Key it can be sent again; without one, find out first.",
    headers: { "retry-after": "1" },
    cause,
  });
}

/** How one kind of error looks over HTTP. Made by `mapError`. */
export type ErrorMapping = (error: unknown) => ProblemError | undefined;

type ErrorClass<E extends Error> = abstract new (...args: never[]) => E;

/** @example mapError(UnknownCode, (error) => unprocessable("unknown-code", "Unknown code", error.message)) */
export function mapError<E extends Error>(
  type: ErrorClass<E>,
  toProblem: (error: E) => ProblemError,
): ErrorMapping {
  return (error) => (error instanceof type ? toProblem(error) : undefined);
}

export function problemResponse(error: ProblemError): Response {
  return new Response(JSON.stringify(error.problem), {
    status: error.status,
    headers: { ...error.headers, "content-type": "application/problem+json" },
  });
}
