import type { OutboxObserver } from "@rabbit-contract/postgres";
import type { MessagingSpans } from "./messaging-spans.ts";
import type { OutboxMetrics } from "./outbox-metrics.ts";

/** Counts what the outbox reports, and traces it if there are spans. */
export function outboxObserver(metrics: OutboxMetrics, spans?: MessagingSpans): OutboxObserver {
  return {
    writing: (messages) => spans?.create(messages),
    written: (messages) => metrics.written(messages),
    published(message, started) {
      metrics.published(message, (performance.now() - started) / 1000);
      spans?.sent(message, started);
    },
    failed(message, code, started) {
      metrics.failed(message, code);
      spans?.sent(message, started, code);
    },
    parked: (type, reason) => metrics.parked(type, reason),
  };
}
