/** Traces by OpenTelemetry, sent to a collector. Loaded only where there is one. */
import { DiagLogLevel, diag } from "@opentelemetry/api";
import { OTLPTraceExporter } from "@opentelemetry/exporter-trace-otlp-http";
import { resourceFromAttributes } from "@opentelemetry/resources";
import {
  AlwaysOnSampler,
  BatchSpanProcessor,
  ParentBasedSampler,
  TracerProvider,
} from "@opentelemetry/sdk-trace";
import { atMostEvery } from "@rabbit-contract/messaging";
import type { Logger } from "../log.ts";
import { runtimeName } from "../runtime/runtime.ts";
import { requestSpans, type StartRequest } from "./http-spans.ts";
import { MessagingSpans } from "./messaging-spans.ts";

export interface TracingOptions {
  readonly service: string;
  /** Base URL of an OTLP receiver over HTTP, such as `http://127.0.0.1:4318`. */
  readonly endpoint: string;
  /** Share of the traces that begin here which is recorded, from 0 to 1. */
  readonly share: number;
  readonly log: Logger;
}

export interface Tracing {
  readonly startRequest: StartRequest;
  readonly messaging: MessagingSpans;
  /** Sends what is left, and resolves when that is done, or has failed. */
  close(): Promise<void>;
}

/**
 * Spans are kept in memory for a second and sent together; when the collector is down, or does not keep up, they are
 * dropped, and nothing waits for them.
 */
export function startTracing({ service, endpoint, share, log }: TracingOptions): Tracing {
  const [name, version] = runtimeName.split(" ");
  const resource = resourceFromAttributes({
    "service.name": service,
    "service.instance.id": crypto.randomUUID(),
    "process.runtime.name": name,
    "process.runtime.version": version,
  });
  const exporter = new OTLPTraceExporter({ url: `${endpoint.replace(/\/$/, "")}/v1/traces` });
  const processor = new BatchSpanProcessor({ exporter, scheduledDelayMillis: 1_000, maxQueueSize: 8_192 });
  const provider = new TracerProvider({
    resource,
    spanProcessors: [processor],
    // Whether a trace is recorded is decided before a span is made: those that are not cost nothing then.
    sampler: new ParentBasedSampler({ root: new AlwaysOnSampler() }),
  });
  reportTo(log);
  const tracer = provider.getTracer("@rabbit-contract/service");
  return {
    startRequest: requestSpans(tracer, share),
    messaging: new MessagingSpans(tracer),
    close: () => provider.shutdown(),
  };
}

/** The library would otherwise not report that the collector is down. */
function reportTo(log: Logger): void {
  const occasionally = atMostEvery(60_000);
  const report = (detail: string) =>
    occasionally((suppressed) => log.warn({ detail: detail.slice(0, 500), suppressed }, "spans are lost"));
  const ignore = () => {};
  const logger = { error: report, warn: report, info: ignore, debug: ignore, verbose: ignore };
  diag.setLogger(logger, { logLevel: DiagLogLevel.WARN, suppressOverrideMessage: true });
}
