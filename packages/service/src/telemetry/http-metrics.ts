import type { Metrics } from "./metrics.ts";

export type CountRequest = (request: AnsweredRequest) => void;

export interface AnsweredRequest {
  readonly method: string;
  /** The template, such as `/baskets/:basketId`; undefined when no route was found. */
  readonly route: string | undefined;
  readonly status: number;
  readonly milliseconds: number;
}

const methods = new Set(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]);

/** Seconds; the longest are those that `Prefer: wait=30` asks for. */
const buckets = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

export function countRequests(metrics: Metrics): CountRequest {
  const duration = metrics.histogram({
    name: "http_server_request_duration_seconds",
    help: "From a request's headers to its response's; event streams continue after that",
    labels: ["method", "route", "status"],
    buckets,
  });
  return ({ method, route = "unmatched", status, milliseconds }) => {
    const labels = {
      // Both are untrusted: a client could invent any number of them.
      method: methods.has(method) ? method : "other",
      route,
      status: `${Math.floor(status / 100)}xx`,
    };
    duration(labels, milliseconds / 1000);
  };
}
