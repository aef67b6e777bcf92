import type {
  Delivery,
  OutboxMessage,
  QueueStatus,
  Redirection,
  RequestFailure,
  SentAnswer,
} from "@rabbit-contract/messaging";
import type { Metrics } from "./metrics.ts";

/** Seconds: from a broker on the same machine to one that is nearly stuck. */
export const messagingBuckets = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

/** Counts what the messaging runtime reports to its observer. */
export class MessagingMetrics {
  readonly #deliveries;
  readonly #batchSize;
  readonly #batchDuration;
  readonly #retries;
  readonly #deadLetters;
  readonly #replays;
  readonly #requestDuration;
  readonly #requestFailures;
  readonly #answers;
  #queues: readonly QueueStatus[] = [];

  constructor(metrics: Metrics) {
    this.#deliveries = metrics.counter({
      name: "messaging_deliveries_total",
      help: "Messages that were handled, by outcome: done, retried or dead-lettered",
      labels: ["queue", "message", "outcome"],
    });
    this.#batchSize = metrics.histogram({
      name: "messaging_batch_messages",
      help: "Messages that were handled together",
      labels: ["queue"],
      buckets: [1, 2, 5, 10, 20, 50, 100, 200, 500],
    });
    this.#batchDuration = metrics.histogram({
      name: "messaging_batch_duration_seconds",
      help: "From the arrival of a batch at its handler to its acknowledgement",
      labels: ["queue"],
      buckets: messagingBuckets,
    });
    this.#retries = metrics.counter({
      name: "messaging_retries_total",
      help: "Failed messages that were put into a retry tier",
      labels: ["queue", "tier"],
    });
    this.#deadLetters = metrics.counter({
      name: "messaging_dead_letters_total",
      help: "Messages that were dead-lettered, by reason",
      labels: ["queue", "reason"],
    });
    this.#replays = metrics.counter({
      name: "messaging_dead_letters_replayed_total",
      help: "Dead letters that an operator has sent back to their queue",
      labels: ["queue"],
    });
    this.#requestDuration = metrics.histogram({
      name: "messaging_request_duration_seconds",
      help: "From sending a request to its reply",
      labels: ["message"],
      buckets: messagingBuckets,
    });
    this.#requestFailures = metrics.counter({
      name: "messaging_request_failures_total",
      help: "Requests that got no valid reply, by reason: reply-timeout means that none arrived in time",
      labels: ["message", "code"],
    });
    this.#answers = metrics.counter({
      name: "messaging_answers_total",
      help: "Answers to requests, by outcome: sent, or refused by the broker",
      labels: ["queue", "message", "outcome"],
    });
    metrics.gauge(
      {
        name: "messaging_queue_messages",
        help: "Messages of the service's own queues that no consumer holds, when it last declared them",
        labels: ["queue"],
      },
      () => this.#queues.map(({ queue, ready }) => ({ labels: { queue }, value: ready })),
    );
    metrics.gauge(
      {
        name: "messaging_queue_consumers",
        help: "Consumers of the service's own queues, of all its processes",
        labels: ["queue"],
      },
      () => this.#queues.map(({ queue, consumers }) => ({ labels: { queue }, value: consumers })),
    );
  }

  queues(statuses: readonly QueueStatus[]): void {
    this.#queues = statuses;
  }

  requestAnswered({ type: message }: OutboxMessage, seconds: number): void {
    this.#requestDuration({ message }, seconds);
  }

  requestFailed({ type: message }: OutboxMessage, code: RequestFailure): void {
    this.#requestFailures({ message, code });
  }

  answered(queue: string, { message, refused }: SentAnswer): void {
    this.#answers({ queue, message: message.type, outcome: refused ? "refused" : "sent" });
  }

  replayed(queue: string): void {
    this.#replays({ queue });
  }

  redirected(queue: string, { type: message, queue: tier, deadLettered }: Redirection): void {
    if (deadLettered === undefined) {
      this.#deliveries({ queue, message, outcome: "retried" });
      this.#retries({ queue, tier });
    } else {
      this.#deliveries({ queue, message, outcome: "dead-lettered" });
      this.#deadLetters({ queue, reason: deadLettered });
    }
  }

  /** @param redirected ids of those that are not done */
  acknowledged(
    queue: string,
    deliveries: readonly Delivery<unknown>[],
    redirected: ReadonlySet<string>,
    seconds: number,
  ): void {
    const done = new Map<string, number>();
    for (const { type, messageId } of deliveries) {
      if (!redirected.has(messageId)) done.set(type, (done.get(type) ?? 0) + 1);
    }
    // One call per kind of message instead of per message: a batch may have hundreds.
    for (const [message, count] of done) this.#deliveries({ queue, message, outcome: "done" }, count);
    this.#batchSize({ queue }, deliveries.length);
    this.#batchDuration({ queue }, seconds);
  }
}
