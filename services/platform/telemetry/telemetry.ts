/** What a service tells of itself, wired once for each process. */
import type { Observer } from "#messaging";
import { runtimeName } from "../runtime.ts";
import { type CountRequest, countRequests } from "./http-metrics.ts";
import { MessagingMetrics } from "./messaging-metrics.ts";
import { Metrics } from "./metrics.ts";
import { messagingObserver } from "./observer.ts";
import { OutboxMetrics } from "./outbox-metrics.ts";
import type { OutboxObserver } from "./outbox-observer.ts";
import { measureEventLoop, measureProcess } from "./process-metrics.ts";

export interface Telemetry {
  /** Served at `/metrics`; a service adds its own. */
  readonly metrics: Metrics;
  readonly countRequest: CountRequest;
  readonly messaging: Observer;
  readonly outbox: OutboxObserver;
}

export function createTelemetry({ service }: { readonly service: string }): Telemetry {
  const metrics = new Metrics();
  measureProcess(metrics, { service, runtime: runtimeName });
  measureEventLoop(metrics);
  return {
    metrics,
    countRequest: countRequests(metrics),
    messaging: messagingObserver(new MessagingMetrics(metrics)),
    outbox: new OutboxMetrics(metrics),
  };
}
