/** A service's telemetry, wired once per process. */
import type { Observer } from "@rabbit-contract/messaging";
import { finishesWithin } from "@rabbit-contract/messaging";
import type { OutboxObserver } from "@rabbit-contract/postgres";
import type { Logger } from "../log.ts";
import { runtimeName } from "../runtime/runtime.ts";
import { type CountRequest, countRequests } from "./http-metrics.ts";
import type { StartRequest } from "./http-spans.ts";
import { messagingObserver } from "./messaging-observer.ts";
import { Metrics } from "./metrics.ts";
import { outboxObserver } from "./outbox-observer.ts";
import { measureEventLoop, measureProcess } from "./process-metrics.ts";

export interface Telemetry {
  /** Served at `/metrics`; a service adds its own. */
  readonly metrics: Metrics;
  readonly countRequest: CountRequest;
  readonly startRequest: StartRequest;
  readonly messaging: Observer;
  readonly outbox: OutboxObserver;
  /** Sends what is left of traces. Never rejects, and takes no longer than a moment. */
  close(): Promise<void>;
}

export interface TelemetryOptions {
  readonly service: string;
  readonly log: Logger;
  /** Where traces are sent to. @default nowhere, and the library for it is not even loaded */
  readonly otlpEndpoint?: string | undefined;
  /** Share of the traces that begin here which is recorded, from 0 to 1. */
  readonly traceShare: number;
}

/** Milliseconds that the end of the process waits for a collector. */
const patience = 800;

export async function createTelemetry(options: TelemetryOptions): Promise<Telemetry> {
  const { service, log, otlpEndpoint: endpoint, traceShare: share } = options;
  const metrics = new Metrics();
  measureProcess(metrics, { service, runtime: runtimeName });
  measureEventLoop(metrics);
  const tracing =
    endpoint === undefined
      ? undefined
      : (await import("./tracing.ts")).startTracing({ service, endpoint, share, log });
  return {
    metrics,
    countRequest: countRequests(metrics),
    startRequest: tracing?.startRequest ?? (() => undefined),
    messaging: messagingObserver(metrics, tracing?.messaging),
    outbox: outboxObserver(metrics, tracing?.messaging),
    async close() {
      if (!tracing) return;
      const closed = tracing.close().catch((error: unknown) => log.warn({ err: error }, "spans are lost"));
      await finishesWithin(patience, closed);
    },
  };
}
