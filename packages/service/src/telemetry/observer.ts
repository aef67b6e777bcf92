import type { ObservedBatch, Observer } from "@rabbit-contract/messaging";
import type { MessagingMetrics } from "./messaging-metrics.ts";
import type { MessagingSpans } from "./messaging-spans.ts";

const nothing: ReadonlySet<string> = new Set();

/** Counts what the messaging runtime reports, and traces it if there are spans. */
export function messagingObserver(metrics: MessagingMetrics, spans?: MessagingSpans): Observer {
  return {
    batch(queue, deliveries) {
      const started = performance.now();
      const traced = spans?.process(queue, deliveries);
      let redirected: Set<string> | undefined;
      const batch: ObservedBatch = {
        ...(traced?.contexts && { contexts: traced.contexts }),
        redirected(redirection) {
          redirected ??= new Set();
          if (redirection.messageId !== undefined) redirected.add(redirection.messageId);
          metrics.redirected(queue, redirection);
          traced?.redirected(redirection);
        },
        answered(answer) {
          metrics.answered(queue, answer);
          traced?.answered(answer);
        },
        acknowledged() {
          const seconds = (performance.now() - started) / 1000;
          metrics.acknowledged(queue, deliveries, redirected ?? nothing, seconds);
          traced?.acknowledged();
        },
        abandoned: () => traced?.abandoned(),
      };
      return batch;
    },
    request(message) {
      const started = performance.now();
      const traced = spans?.request(message);
      return {
        message: traced?.message ?? message,
        answered() {
          metrics.requestAnswered(message, (performance.now() - started) / 1000);
          traced?.end();
        },
        failed(code) {
          metrics.requestFailed(message, code);
          traced?.end(code);
        },
      };
    },
    queues: (statuses) => metrics.queues(statuses),
    replayed(replay) {
      metrics.replayed(replay.queue);
      spans?.replayed(replay);
    },
  };
}
