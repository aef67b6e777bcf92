import type { Observer } from "#messaging";
import type { MessagingMetrics } from "./messaging-metrics.ts";

const nothing: ReadonlySet<string> = new Set();

/** What the messaging runtime tells, counted. */
export function messagingObserver(metrics: MessagingMetrics): Observer {
  return {
    batch(queue, deliveries) {
      const started = performance.now();
      let redirected: Set<string> | undefined;
      return {
        redirected(redirection) {
          redirected ??= new Set();
          if (redirection.messageId !== undefined) redirected.add(redirection.messageId);
          metrics.redirected(queue, redirection);
        },
        settled() {
          const seconds = (performance.now() - started) / 1000;
          metrics.settled(queue, deliveries, redirected ?? nothing, seconds);
        },
        abandoned() {},
      };
    },
    queues: (glances) => metrics.glance(glances),
  };
}
