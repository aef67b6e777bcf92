import type { ConsumeMessage } from "amqplib";
import type { Log, Throttle } from "../log.ts";
import { type Decoded, decode, subscriptionsByType } from "../message/codec.ts";
import { traceIdOf } from "../message/trace-context.ts";
import type { ObservedBatch, Observer } from "../observer.ts";
import { Backoff, pause } from "../pause.ts";
import type { ConsumedQueueDescriptor } from "../topology/topology.ts";
import { applyBatch, type Item } from "./batch.ts";
import type { Inbox } from "./inbox.ts";
import type { Outcome } from "./outcome.ts";
import type { Failure, Redelivery } from "./redelivery.ts";
import type { Session } from "./session.ts";
import type { Subscription } from "./subscription.ts";

export interface SettlerOptions<Transaction> {
  readonly queue: ConsumedQueueDescriptor;
  readonly subscriptions: readonly Subscription<Transaction>[];
  readonly inbox: Inbox<Transaction>;
  readonly redelivery: Redelivery;
  readonly log: Log;
  readonly throttle: Throttle;
  readonly observer?: Observer | undefined;
}

interface Arrival<Transaction> {
  readonly message: ConsumeMessage;
  readonly decoded: Decoded<Transaction>;
}

/** What became of each message id: done, or how it failed. */
type Results = ReadonlyMap<string, Failure | "done">;

/** A redelivered message with this many starts that never finished is not started again. */
const maxUnfinishedStarts = 3;

/** The session ended before the batch was applied or redirected: the broker hands it over again. */
class Abandoned extends Error {}

/** Takes a queue's batches from the bytes to the ack. */
export class Settler<Transaction> {
  readonly #options: SettlerOptions<Transaction>;
  readonly #subscriptions: ReturnType<typeof subscriptionsByType<Transaction>>;
  /**
   * Redelivered messages whose start this process recorded and outlived, although the session ended before
   * they were settled: their next start is not held against them. At most a batch for each session.
   */
  readonly #begun = new Set<string>();

  constructor(options: SettlerOptions<Transaction>) {
    this.#options = options;
    this.#subscriptions = subscriptionsByType(options.queue.name, options.subscriptions);
  }

  /**
   * Acknowledges the batch once each of its messages is applied, or confirmed in the queue that its failure
   * leads to; leaves it unacknowledged when the session ends before.
   * @param messages all redelivered, or none of them: the oldest unacknowledged of the session
   */
  async settle(session: Session, messages: readonly ConsumeMessage[]): Promise<void> {
    const last = messages.at(-1);
    if (!last) return;
    const arrivals = messages.map((message) => ({ message, decoded: decode(message, this.#subscriptions) }));
    const known = distinct(arrivals);
    const observed = this.#options.observer?.batch(
      this.#options.queue.name,
      known.map(({ delivery }) => delivery),
    );
    const items = inContexts(known, observed?.contexts);
    try {
      const { redelivered } = last.fields;
      const results = redelivered
        ? await this.#applyRedelivered(session, items)
        : await this.#apply(session, items);
      await Promise.all(
        failures(arrivals, results).map(([message, failure]) =>
          this.#redirect(session, message, failure, observed),
        ),
      );
      if (redelivered) await this.#finishRedelivered(session, results);
      session.ackThrough(last);
      observed?.settled();
    } catch (error) {
      observed?.abandoned();
      if (!(error instanceof Abandoned)) throw error;
    }
  }

  async #apply(
    session: Session,
    items: readonly Item<Transaction>[],
    alsoInTransaction?: (tx: Transaction, messageIds: readonly string[]) => Promise<void>,
  ): Promise<Results> {
    if (items.length === 0) return new Map();
    const { inbox, queue } = this.#options;
    const backoff = new Backoff(250, 4_000);
    const outcomes = await applyBatch(items, {
      inbox,
      queue: queue.name,
      hold: (error) => this.#hold(session, error, backoff),
      onThrown: (error) => this.#warn("handler", error, "a handler failed; its batch is taken apart"),
      ...(alsoInTransaction && { alsoInTransaction }),
    });
    return new Map(items.map(({ delivery }, index) => [delivery.messageId, resultOf(outcomes[index])]));
  }

  /**
   * For redelivered messages, one of which may have ended the process before. Most are only back because a
   * process stopped or a connection was lost, hundreds at a time, so those without an unfinished start run
   * together; one that has had a start alone tells whether it was to blame.
   */
  async #applyRedelivered(session: Session, items: readonly Item<Transaction>[]): Promise<Results> {
    const { inbox, queue } = this.#options;
    const ids = items.map(({ delivery }) => delivery.messageId).filter((id) => !this.#begun.has(id));
    const fresh =
      ids.length === 0
        ? new Set<string>()
        : await this.#patiently(session, () => inbox.recordFirstStarts(queue.name, ids));
    for (const id of fresh) this.#begun.add(id);
    const forget = (tx: Transaction, handled: readonly string[]) =>
      inbox.clearStarts(tx, queue.name, handled);
    const together = items.filter(({ delivery }) => this.#begun.has(delivery.messageId));
    const results = new Map(await this.#apply(session, together, forget));

    for (const item of items) {
      const { messageId } = item.delivery;
      if (results.has(messageId)) continue;
      const unfinished = await this.#patiently(session, () => inbox.recordStart(queue.name, messageId));
      if (unfinished >= maxUnfinishedStarts) {
        const reason = `its handling was started ${unfinished} times and never finished`;
        results.set(messageId, { kind: "dead-letter", why: "quarantined", reason });
        continue;
      }
      this.#begun.add(messageId);
      for (const [id, result] of await this.#apply(session, [item], forget)) results.set(id, result);
    }
    return results;
  }

  async #finishRedelivered(session: Session, results: Results): Promise<void> {
    const { inbox, queue } = this.#options;
    const failed = [...results].filter(([, result]) => result !== "done").map(([id]) => id);
    if (failed.length > 0) {
      // The transactions that would have cleared them may have been rolled back.
      await this.#patiently(session, () =>
        inbox.transaction((tx) => inbox.clearStarts(tx, queue.name, failed)),
      );
    }
    for (const id of results.keys()) this.#begun.delete(id);
  }

  async #redirect(
    session: Session,
    message: ConsumeMessage,
    failure: Failure,
    observed: ObservedBatch | undefined,
  ): Promise<void> {
    const { queue, redelivery, log } = this.#options;
    const started = performance.now();
    const sent = await redelivery.send(message, failure, queue, session.signal);
    if (!sent) throw new Abandoned();
    const { messageId, type, correlationId, headers = {} } = message.properties;
    observed?.redirected({
      messageId,
      type: this.#subscriptions.has(type) ? type : "unknown",
      exchange: queue.redeliveryExchange,
      queue: sent.routingKey,
      deadLettered: sent.deadLettered,
      reason: failure.reason,
      started,
    });
    const fields = {
      ...{ queue: queue.name, messageId, type, correlationId, to: sent.routingKey, reason: failure.reason },
      traceId: traceIdOf(headers.traceparent),
    };
    if (sent.deadLettered) log.warn({ ...fields, why: sent.deadLettered }, "a message was dead-lettered");
    else log.info(fields, "a message failed and is tried again later");
  }

  async #patiently<Result>(session: Session, work: () => Promise<Result>): Promise<Result> {
    const backoff = new Backoff(250, 4_000);
    for (;;) {
      try {
        return await work();
      } catch (error) {
        if (!this.#options.inbox.isUnavailable(error)) throw error;
        await this.#hold(session, error, backoff);
      }
    }
  }

  async #hold(session: Session, error: unknown, backoff: Backoff): Promise<void> {
    this.#warn("database", error, "the database is away; holding deliveries until it is back");
    await pause(backoff.next(), session.signal);
    if (session.signal.aborted) throw new Abandoned();
  }

  #warn(key: string, error: unknown, message: string): void {
    const { log, queue, throttle } = this.#options;
    if (throttle.allows(key)) log.warn({ err: error, queue: queue.name }, message);
  }
}

/** The items to apply. An id that repeats shares the fate of its first. */
function distinct<Transaction>(arrivals: readonly Arrival<Transaction>[]): Item<Transaction>[] {
  const items = new Map<string, Item<Transaction>>();
  for (const { decoded } of arrivals) {
    if (!("delivery" in decoded)) continue;
    const { messageId } = decoded.delivery;
    if (!items.has(messageId)) items.set(messageId, decoded);
  }
  return [...items.values()];
}

/** The same items, those of `contexts` with that instead of their own. */
function inContexts<Transaction>(
  items: readonly Item<Transaction>[],
  contexts: ObservedBatch["contexts"],
): readonly Item<Transaction>[] {
  if (!contexts || contexts.size === 0) return items;
  return items.map((item) => {
    const context = contexts.get(item.delivery.messageId);
    return context ? { ...item, delivery: { ...item.delivery, context } } : item;
  });
}

/** What has to go elsewhere before the batch is acknowledged; of a repeated id one copy. */
function failures<Transaction>(
  arrivals: readonly Arrival<Transaction>[],
  results: Results,
): [ConsumeMessage, Failure][] {
  const found: [ConsumeMessage, Failure][] = [];
  const seen = new Set<string>();
  for (const { message, decoded } of arrivals) {
    if (!("delivery" in decoded)) {
      found.push([message, { kind: "dead-letter", ...decoded }]);
      continue;
    }
    const { messageId } = decoded.delivery;
    const result = results.get(messageId) ?? "done";
    if (result !== "done" && !seen.has(messageId)) found.push([message, result]);
    seen.add(messageId);
  }
  return found;
}

function resultOf(outcome: Outcome | undefined): Failure | "done" {
  if (!outcome || outcome.kind === "done") return "done";
  return outcome.kind === "retry" ? outcome : { ...outcome, why: "rejected" };
}
