/** Parses a URL, and finds the methods of its path. */
import { badRequest, ProblemError } from "./problem.ts";

/** The part of Elysia's routes that shows which methods a path has. */
export type Routes = readonly { readonly method: string; readonly path: string }[];

/** Every path, for OPTIONS. */
export const anyPath = "/*";

const HOST = /^(?:[\w.-]+|\[[\da-fA-F:.]+\])?(?::\d+)?$/;

/**
 * Runtimes copy Host into the URL unchanged, where it could move the start of the path, and Elysia accepts a parameter
 * that it cannot decode without decoding it: both are refused here.
 * @throws ProblemError 400
 */
export function requireValidUrl({ url, headers }: Request): void {
  if (!HOST.test(headers.get("host") ?? "") || !url.startsWith("http")) {
    throw badRequest("invalid-host", "The Host header is missing or invalid");
  }
  if (!url.includes("%")) return;
  try {
    decodeURIComponent(url);
  } catch {
    throw badRequest("invalid-url", "The URL is invalid", "Percent-encode it as UTF-8.");
  }
}

/** Why no route was found: the path is unknown, or only its method. */
export function noRoute({ url, method }: Request, routes: Routes): ProblemError {
  const allow = methodsOf(pathOf(url), routes);
  if (allow.length === 0) return unknownPath();
  return new ProblemError({
    status: 405,
    name: "method-not-allowed",
    title: "Method not allowed",
    detail: `This address takes ${allow.join(", ")}, not ${method}.`,
    headers: { allow: allow.join(", ") },
  });
}

/** @throws ProblemError 404 when no route has this path */
export function allowedMethods({ url }: Request, routes: Routes): Response {
  const allow = methodsOf(pathOf(url), routes);
  if (allow.length === 0) throw unknownPath();
  return new Response(null, { status: 204, headers: { allow: allow.join(", ") } });
}

/** 404 for a path that no resource has or can have. */
export function unknownPath(): ProblemError {
  const detail = "There is nothing at this address.";
  return new ProblemError({ status: 404, name: "not-found", title: "Not found", detail });
}

const PROBE = /^https?:\/\/[^/]*\/(?:health\/|metrics$)/;

/** Health and metrics: monitoring requests them all the time, so they are neither limited nor traced. */
export function isProbe(url: string): boolean {
  return PROBE.test(url);
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
    if (fits && pattern.length === segments.length && route.path !== anyPath) methods.add(route.method);
  }
  if (methods.size === 0) return [];
  if (methods.has("GET")) methods.add("HEAD");
  return [...methods.add("OPTIONS")].sort();
}

/** A slash at the end makes no difference, as in Elysia. */
function segmentsOf(path: string): string[] {
  return path.replace(/\/$/, "").split("/");
}
