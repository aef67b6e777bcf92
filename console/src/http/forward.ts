/** Forwards calls to one service unchanged, and returns its answers. */
import { type Logger, stopSignal } from "@rabbit-contract/service";
import type { Guard } from "@rabbit-contract/service/access";
import { notFound, ProblemError, readBytes } from "@rabbit-contract/service/http";

export type Forwarder = (request: Request, prefix: string) => Promise<Response>;

interface ForwarderOptions {
  /** `order` or `order-admin`. */
  readonly name: string;
  readonly url: string;
  readonly guard: Guard;
  readonly log: Logger;
  /** Socket to use instead of the host in `url`. */
  readonly unix?: string;
}

/** Milliseconds to wait for an answer's head; longer than `Prefer: wait` allows a service to take. */
const patience = 75_000;

/** Headers that concern one connection, or would make the service see another caller than the console. */
const dropped = new Set([
  ...["connection", "keep-alive", "proxy-authenticate", "proxy-authorization", "proxy-connection", "te"],
  ...["trailer", "transfer-encoding", "upgrade", "expect", "host", "content-length", "accept-encoding"],
  ...["cookie", "set-cookie", "forwarded", "x-forwarded-for", "x-forwarded-host", "x-forwarded-proto"],
]);

/** The parts of an admin port that are for people; health and metrics are for machines. */
const forOperators = /^\/(?:dead-letters|reconciliations)(?:\/|$)/;

/** A request that it cannot pass on ends in a ProblemError: 404, 408, 413, or 503 when the service is out of reach. */
export function forwarder({ name, url, guard, log, unix }: ForwarderOptions): Forwarder {
  const base = url.replace(/\/$/, "");
  const service = name.replace(/-admin$/, "");
  const admin = name !== service;

  return async (request, prefix) => {
    const { pathname, search } = new URL(request.url);
    const path = pathname.slice(prefix.length);
    if (!isPlain(path) || (admin && !forOperators.test(path))) throw notFound("call", `${name}${path}`);
    const hasBody = request.method !== "GET" && request.method !== "HEAD";
    const body = hasBody ? await readBytes(request, guard.bodyTimeout) : undefined;
    const tooLong = new AbortController();
    const timer = setTimeout(() => tooLong.abort(), patience);
    const stop = stopSignal(request);
    const signal = AbortSignal.any([request.signal, tooLong.signal, ...(stop ? [stop] : [])]);
    try {
      const answer = await fetch(`${base}${path}${search}`, {
        method: request.method,
        headers: [...passedOn(request.headers), ["accept-encoding", "identity"]],
        ...(body && body.length > 0 && { body }),
        // Bun repeats a GET whose idle connection the service is just closing; any other call would fail with it.
        keepalive: !hasBody,
        redirect: "manual",
        decompress: false,
        signal,
        ...(unix !== undefined && { unix }),
      });
      return new Response(answer.body, { status: answer.status, headers: passedOn(answer.headers) });
    } catch (cause) {
      if (!request.signal.aborted) log.debug({ err: cause, service: name }, "service is out of reach");
      throw unreachable(service, hasBody, cause);
    } finally {
      clearTimeout(timer);
    }
  };
}

/** Whether no segment leads to another folder, in any encoding. */
function isPlain(path: string): boolean {
  return !/%2f|%5c|\\|%00/i.test(path) && !/\/(?:\.|%2e){1,2}(?:\/|$)/i.test(path);
}

function passedOn(headers: Headers): Headers {
  const named = (headers.get("connection") ?? "").toLowerCase().split(/\s*,\s*/);
  return new Headers([...headers].filter(([name]) => !dropped.has(name) && !named.includes(name)));
}

function unreachable(service: string, changes: boolean, cause: unknown): ProblemError {
  const unknown = changes ? " The request may or may not have been carried out; try again." : "";
  return new ProblemError({
    status: 503,
    name: "service-unreachable",
    title: "A service cannot be reached",
    detail: `The ${service} service did not respond.${unknown}`,
    extensions: { service },
    headers: { "retry-after": "1" },
    cause,
  });
}
