import type { Delivery, ObservedBatch, Observer, QueueStatus } from "@rabbit-contract/messaging";
import type { MessagingSpans } from "./messaging-spans.ts";
import type { Metrics } from "./metrics.ts";

/** Seconds: from a broker on the same machine to one that is nearly stuck. */
export const messagingBuckets = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

const secondsSince = (started: number) => (performance.now() - started) / 1000;

/** Counts what the messaging runtime reports, and traces it if there are spans. */
export function messagingObserver(metrics: Metrics, spans?: MessagingSpans): Observer {
  const handled = countHandled(metrics);
  const requests = countRequests(metrics);
  const countReplay = metrics.counter({
    name: "messaging_dead_letters_replayed_total",
    help: "Dead letters that an operator has sent back to their queue",
    labels: ["queue"],
  });
  return {
    batch(queue, deliveries) {
      const started = performance.now();
      const traced = spans?.process(queue, deliveries);
      /** Ids of those that are not done. */
      let redirected: Set<string> | undefined;
      const batch: ObservedBatch = {
        ...(traced?.contexts && { contexts: traced.contexts }),
        redirected(redirection) {
          redirected ??= new Set();
          if (redirection.messageId !== undefined) redirected.add(redirection.messageId);
          const { type: message, queue: tier, deadLettered: reason } = redirection;
          handled.count({ queue, message, outcome: reason === undefined ? "retried" : "dead-lettered" });
          if (reason === undefined) handled.retries({ queue, tier });
          else handled.deadLetters({ queue, reason });
          traced?.redirected(redirection);
        },
        answered(answer) {
          const outcome = answer.refused ? "refused" : "sent";
          requests.answers({ queue, message: answer.message.type, outcome });
          traced?.answered(answer);
        },
        acknowledged() {
          handled.done(queue, deliveries, redirected);
          handled.batchSize({ queue }, deliveries.length);
          handled.batchDuration({ queue }, secondsSince(started));
          traced?.acknowledged();
        },
        abandoned: () => traced?.abandoned(),
      };
      return batch;
    },
    request(request) {
      const started = performance.now();
      const message = request.type;
      const traced = spans?.request(request);
      return {
        message: traced?.message ?? request,
        answered() {
          requests.duration({ message }, secondsSince(started));
          traced?.end();
        },
        failed(code) {
          requests.failures({ message, code });
          traced?.end(code);
        },
      };
    },
    queues: measureQueues(metrics),
    replayed(replay) {
      countReplay({ queue: replay.queue });
      spans?.replayed(replay);
    },
  };
}

function countHandled(metrics: Metrics) {
  const count = metrics.counter({
    name: "messaging_deliveries_total",
    help: "Messages that were handled, by outcome: done, retried or dead-lettered",
    labels: ["queue", "message", "outcome"],
  });
  return {
    count,
    /** One call of the counter per kind of message instead of per message: a batch may have hundreds. */
    done(queue: string, deliveries: readonly Delivery<unknown>[], redirected?: ReadonlySet<string>): void {
      const counts = new Map<string, number>();
      for (const { type, messageId } of deliveries) {
        if (!redirected?.has(messageId)) counts.set(type, (counts.get(type) ?? 0) + 1);
      }
      for (const [message, number] of counts) count({ queue, message, outcome: "done" }, number);
    },
    retries: metrics.counter({
      name: "messaging_retries_total",
      help: "Failed messages that were put into a retry tier",
      labels: ["queue", "tier"],
    }),
    deadLetters: metrics.counter({
      name: "messaging_dead_letters_total",
      help: "Messages that were dead-lettered, by reason",
      labels: ["queue", "reason"],
    }),
    batchSize: metrics.histogram({
      name: "messaging_batch_messages",
      help: "Messages that were handled together",
      labels: ["queue"],
      buckets: [1, 2, 5, 10, 20, 50, 100, 200, 500],
    }),
    batchDuration: metrics.histogram({
      name: "messaging_batch_duration_seconds",
      help: "From the arrival of a batch at its handler to its acknowledgement",
      labels: ["queue"],
      buckets: messagingBuckets,
    }),
  };
}

function countRequests(metrics: Metrics) {
  return {
    duration: metrics.histogram({
      name: "messaging_request_duration_seconds",
      help: "From sending a request to its reply",
      labels: ["message"],
      buckets: messagingBuckets,
    }),
    failures: metrics.counter({
      name: "messaging_request_failures_total",
      help: "Requests that got no valid reply, by reason: reply-timeout means that none arrived in time",
      labels: ["message", "code"],
    }),
    answers: metrics.counter({
      name: "messaging_answers_total",
      help: "Answers to requests, by outcome: sent, or refused by the broker",
      labels: ["queue", "message", "outcome"],
    }),
  };
}

/** @returns a function that takes the status of the queues when they were last declared */
function measureQueues(metrics: Metrics): (statuses: readonly QueueStatus[]) => void {
  let queues: readonly QueueStatus[] = [];
  metrics.gauge(
    {
      name: "messaging_queue_messages",
      help: "Messages of the service's own queues that no consumer holds, when it last declared them",
      labels: ["queue"],
    },
    () => queues.map(({ queue, ready }) => ({ labels: { queue }, value: ready })),
  );
  metrics.gauge(
    {
      name: "messaging_queue_consumers",
      help: "Consumers of the service's own queues, of all its processes",
      labels: ["queue"],
    },
    () => queues.map(({ queue, consumers }) => ({ labels: { queue }, value: consumers })),
  );
  return (statuses) => {
    queues = statuses;
  };
}
