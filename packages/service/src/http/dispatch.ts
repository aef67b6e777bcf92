/** What has to be settled about a request before, and when, elysia finds no route for it. */

import { standsFor } from "../runtime/runtime.ts";
import { badRequest, ProblemError } from "./problem.ts";

/** As much of elysia's routes as it takes to say which methods a path has. */
export type Routes = readonly { readonly method: string; readonly path: string }[];

const HOST = /^(?:[\w.-]+|\[[\da-fA-F:.]+\])?(?::\d+)?$/;

/**
 * The request as elysia can take it (HEAD becomes GET, and the server drops the body), or its answer.
 * @throws ProblemError 400 when its URL or Host cannot be understood
 */
export function understand(request: Request, routes: Routes): Request | Response {
  const { url, method, headers } = request;
  // Runtimes paste Host into the URL as it is, where it could move the start of the path, or make none of it.
  if (!HOST.test(headers.get("host") ?? "") || !url.startsWith("http")) {
    throw badRequest("invalid-host", "The Host header is missing or invalid");
  }
  if (url.includes("%") && !isDecodable(url)) {
    throw badRequest("invalid-url", "The URL is invalid", "Percent-encode it as UTF-8.");
  }
  if (method === "HEAD") return standsFor(new Request(url, { headers }), request);
  if (method !== "OPTIONS") return request;
  const allow = methodsOf(pathOf(url), routes);
  if (allow.length === 0) throw unknownPath();
  return new Response(null, { status: 204, headers: { allow: allow.join(", ") } });
}

function isDecodable(url: string): boolean {
  try {
    decodeURIComponent(url);
    return true;
  } catch {
    return false;
  }
}

/** Why no route was found: the path is unknown, or only its method. */
export function noRoute(request: Request, routes: Routes): ProblemError {
  const allow = methodsOf(pathOf(request.url), routes);
  if (allow.length === 0) return unknownPath();
  return new ProblemError({
    status: 405,
    name: "method-not-allowed",
    title: "Method not allowed",
    detail: `This address takes ${allow.join(", ")}, not ${request.method}.`,
    headers: { allow: allow.join(", ") },
  });
}

const PROBE = /^https?:\/\/[^/]*\/(?:health\/|metrics$)/;

/** Asked for all the time by programs that look after the process, and of no interest to anybody else. */
export function isProbe(url: string): boolean {
  return PROBE.test(url);
}

/** 404 for a path that no resource has or can have. */
export function unknownPath(): ProblemError {
  const detail = "There is nothing at this address.";
  return new ProblemError({ status: 404, name: "not-found", title: "Not found", detail });
}

/** The path of an absolute URL, as it was sent. */
export function pathOf(url: string): string {
  const start = url.indexOf("/", url.indexOf("://") + 3);
  const end = url.indexOf("?", start);
  return start === -1 ? "/" : url.slice(start, end === -1 ? undefined : end);
}

function methodsOf(path: string, routes: Routes): string[] {
  const segments = segmentsOf(path);
  const methods = new Set<string>();
  for (const route of routes) {
    const pattern = segmentsOf(route.path);
    const fits = pattern.every((part, index) => part.startsWith(":") || part === segments[index]);
    if (fits && pattern.length === segments.length) methods.add(route.method);
  }
  if (methods.size === 0) return [];
  if (methods.has("GET")) methods.add("HEAD");
  return [...methods.add("OPTIONS")].sort();
}

/** One slash at the end makes no difference, to elysia neither. */
function segmentsOf(path: string): string[] {
  return path.replace(/\/$/, "").split("/");
}

/** Ends a stream that a HEAD request opened and nobody will read. */
export async function withoutStream(response: Response): Promise<Response> {
  if (!response.headers.get("content-type")?.startsWith("text/event-stream")) return response;
  await response.body?.cancel();
  return new Response(null, { status: response.status, headers: response.headers });
}
