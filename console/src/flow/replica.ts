/** Reads the state of one process of a service. */
import { lookup } from "node:dns/promises";
import type { OutboxFlow, ServiceStatus } from "../shapes.ts";

export interface ReplicaAnswer {
  readonly status: ServiceStatus;
  readonly causes: readonly string[];
  /** Undefined while its database does not answer. */
  readonly outbox: OutboxFlow | undefined;
  /** Messages that it has published since it started, by type. */
  readonly published: ReadonlyMap<string, number>;
}

interface Readiness {
  readonly status?: string;
  readonly checks?: Readonly<Record<string, { readonly status: string; readonly cause?: string }>>;
}

/**
 * A URL for each process behind an admin URL, whose host name may resolve to all replicas. With https, only the URL
 * itself, since its certificate is for the name.
 */
export async function replicasAt(url: string): Promise<string[]> {
  const { protocol, hostname, port } = new URL(url);
  if (protocol === "https:") return [url];
  const found = await lookup(hostname.replace(/^\[|\]$/g, ""), { all: true });
  // Uses one family, since a process that listens on both would count twice.
  const family = found.some((one) => one.family === 4) ? 4 : 6;
  const addresses = new Set(found.filter((one) => one.family === family).map(({ address }) => address));
  return [...addresses].map((address) => `http://${family === 6 ? `[${address}]` : address}:${port || 80}`);
}

/** @throws whatever `fetch` does, when it does not answer within `timeout` milliseconds */
export async function askReplica(url: string, timeout: number): Promise<ReplicaAnswer> {
  const signal = AbortSignal.timeout(timeout);
  const [response, metrics] = await Promise.all([
    fetch(`${url}/health/ready`, { signal }),
    fetch(`${url}/metrics`, { signal }).then((answer) => answer.text()),
  ]);
  const { status, checks = {} }: Readiness = await response.json();
  const causes = Object.entries(checks)
    .filter(([, check]) => check.status === "down")
    .map(([name, { cause }]) => (cause === undefined ? name : `${name}: ${cause}`));
  const ready = status === "degraded" ? "degraded" : "ready";
  return {
    status: response.ok ? ready : "not-ready",
    causes: status === "stopping" ? ["it is stopping", ...causes] : causes,
    outbox: outboxIn(metrics),
    published: publishedIn(metrics),
  };
}

function outboxIn(metrics: string): OutboxFlow | undefined {
  const [rows, oldestSeconds, parked] = ["rows", "oldest_age_seconds", "parked_messages"].map((name) =>
    sampleOf(metrics, `outbox_${name}`),
  );
  if (rows === undefined || oldestSeconds === undefined || parked === undefined) return undefined;
  return { rows, oldestSeconds, parked };
}

function sampleOf(metrics: string, name: string): number | undefined {
  const [, value] = new RegExp(`^${name} (\\S+)`, "m").exec(metrics) ?? [];
  return value === undefined ? undefined : Number(value);
}

/** Each publication that the broker has confirmed is one duration. */
function publishedIn(metrics: string): Map<string, number> {
  const lines = metrics.matchAll(/^outbox_publish_duration_seconds_count\{message="([^"]+)"\} (\d+)/gm);
  return new Map([...lines].map(([, message = "", count]) => [message, Number(count)]));
}
