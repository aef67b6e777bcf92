import type { ConsumeMessage } from "amqplib";
import { atMostEvery, type Log, logInterval } from "../log.ts";
import type { OutboxMessage } from "../message/message.ts";
import { traceIdOf } from "../message/trace-context.ts";
import type { ObservedBatch, Observer } from "../observer.ts";
import { Backoff, pause } from "../timing.ts";
import type { ConsumedQueueDescriptor } from "../topology/topology.ts";
import type { Answers } from "./answers.ts";
import { applyBatch } from "./apply-batch.ts";
import { decode } from "./decode.ts";
import type { Item, Subscriptions } from "./handler.ts";
import type { Fault, Inbox } from "./inbox.ts";
import type { Failure, Redelivery } from "./redelivery.ts";
import { answers, distinct, failures, type Results, resultOf } from "./results.ts";
import type { Session } from "./session.ts";
import { Suspects } from "./suspects.ts";

export interface BatchProcessorOptions<Transaction> {
  readonly queue: ConsumedQueueDescriptor;
  readonly subscriptions: Subscriptions<Transaction>;
  readonly inbox: Inbox<Transaction>;
  readonly redelivery: Pick<Redelivery, "send">;
  /** Needed for a queue with requests. */
  readonly answers: Answers | undefined;
  readonly log: Log;
  readonly observer?: Observer | undefined;
}

/** A redelivered message with this many unfinished starts is not started again. */
const maxUnfinishedStarts = 3;

/** The session ended before the batch was applied and redirected: the broker redelivers it. */
class Abandoned extends Error {}

/** Processes a queue's batches, from the bytes to the ack. */
export class BatchProcessor<Transaction> {
  readonly #options: BatchProcessorOptions<Transaction>;
  /**
   * The last start of redelivered messages that this process recorded and survived, although the session ended before
   * they were acknowledged: it does not count against them. At most one batch for each session.
   */
  readonly #started = new Map<string, number>();
  readonly #suspects = new Suspects<Transaction>();
  readonly #logHandler = atMostEvery(logInterval);
  readonly #logDatabase = atMostEvery(logInterval);

  constructor(options: BatchProcessorOptions<Transaction>) {
    this.#options = options;
  }

  /**
   * Acknowledges the batch once each message is applied, or confirmed in the queue that its failure leads to. Leaves it
   * unacknowledged when the session ends first.
   * @param messages either all redelivered or none of them: the oldest unacknowledged ones of the session
   */
  async process(session: Session, messages: readonly ConsumeMessage[]): Promise<void> {
    const last = messages.at(-1);
    if (!last) return;
    const { queue, subscriptions, observer } = this.#options;
    const arrivals = messages.map((message) => ({ message, decoded: decode(message, subscriptions) }));
    const valid = distinct(arrivals);
    const observed = observer?.batch(
      queue.name,
      valid.map(({ delivery }) => delivery),
    );
    const items = inContexts(valid, observed?.contexts);
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
      await Promise.all(
        answers(arrivals, results).map(([request, answer]) =>
          this.#answer(session, request, answer, observed),
        ),
      );
      if (redelivered) await this.#finishRedelivered(session, results);
      session.ackThrough(last);
      observed?.acknowledged();
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
    const { inbox, queue, log } = this.#options;
    const backoff = new Backoff(250, 4_000);
    const outcomes = await applyBatch(items, {
      inbox,
      queue: queue.name,
      hold: (error, fault) => this.#hold(session, error, fault, backoff),
      onThrown: (error) =>
        this.#logHandler(() =>
          log.warn({ err: error, queue: queue.name }, "a handler failed; its batch is halved and retried"),
        ),
      suspects: this.#suspects,
      canPostpone: queue.retryTiers.length > 0,
      redelivered: alsoInTransaction !== undefined,
      ...(alsoInTransaction && { alsoInTransaction }),
    });
    return new Map(items.map(({ delivery }, index) => [delivery.messageId, resultOf(outcomes[index])]));
  }

  /**
   * For redelivered messages, one of which may have crashed the process. Most are redelivered only because a process
   * stopped or a connection was lost, hundreds at a time, so those without an unfinished start run together. A message that
   * has one runs alone, which shows whether it was the cause.
   */
  async #applyRedelivered(session: Session, items: readonly Item<Transaction>[]): Promise<Results> {
    if (items.length === 0) return new Map();
    const { inbox, queue } = this.#options;
    const record = async (ids: readonly string[], start: number) => {
      if (ids.length === 0) return;
      await this.#retrying(session, () => inbox.recordStarts(queue.name, ids, start));
      for (const id of ids) this.#started.set(id, start);
    };
    const ids = items.map(({ delivery }) => delivery.messageId);
    const unfinished = new Map(await this.#retrying(session, () => inbox.unfinishedStarts(queue.name, ids)));
    const first = ids.filter((id) => !unfinished.has(id));
    await record(first, 1);
    for (const id of first) unfinished.set(id, 1);
    const clearStarts = (tx: Transaction, handled: readonly string[]) =>
      inbox.clearStarts(tx, queue.name, handled);
    const together = items.filter(
      ({ delivery: { messageId } }) => unfinished.get(messageId) === this.#started.get(messageId),
    );
    const results = new Map(await this.#apply(session, together, clearStarts));

    for (const item of items) {
      const { messageId } = item.delivery;
      if (results.has(messageId)) continue;
      const starts = unfinished.get(messageId) ?? 0;
      if (starts >= maxUnfinishedStarts) {
        const reason = `its handling was started ${starts} times and never finished`;
        results.set(messageId, { kind: "dead-letter", why: "quarantined", reason });
        continue;
      }
      await record([messageId], starts + 1);
      for (const [id, result] of await this.#apply(session, [item], clearStarts)) results.set(id, result);
    }
    return results;
  }

  async #finishRedelivered(session: Session, results: Results): Promise<void> {
    const { inbox, queue } = this.#options;
    const failed = [...results].filter(([, { kind }]) => kind !== "done").map(([id]) => id);
    if (failed.length > 0) {
      // The transactions that would have cleared their starts may have been rolled back.
      await this.#retrying(session, () =>
        inbox.transaction((tx) => inbox.clearStarts(tx, queue.name, failed)),
      );
    }
    for (const id of results.keys()) this.#started.delete(id);
  }

  async #answer(
    session: Session,
    request: ConsumeMessage,
    message: OutboxMessage,
    observed: ObservedBatch | undefined,
  ): Promise<void> {
    const started = performance.now();
    const end = await this.#options.answers?.send(request, message, session.signal);
    if (!end) throw new Abandoned();
    const { messageId } = request.properties;
    observed?.answered({ messageId, message, refused: end === "refused", started });
  }

  async #redirect(
    session: Session,
    message: ConsumeMessage,
    failure: Failure,
    observed: ObservedBatch | undefined,
  ): Promise<void> {
    const { queue, subscriptions, redelivery, log } = this.#options;
    const started = performance.now();
    const sent = await redelivery.send(message, failure, queue, session.signal);
    if (!sent) throw new Abandoned();
    const { messageId, type, correlationId, headers = {} } = message.properties;
    const { reason } = failure;
    observed?.redirected({
      messageId,
      type: subscriptions.has(type) ? type : "unknown",
      exchange: queue.redeliveryExchange,
      queue: sent.routingKey,
      deadLettered: sent.deadLettered,
      reason,
      started,
    });
    const traceId = traceIdOf(headers.traceparent);
    const fields = {
      queue: queue.name,
      messageId,
      type,
      correlationId,
      to: sent.routingKey,
      reason,
      traceId,
    };
    if (sent.deadLettered) log.warn({ ...fields, why: sent.deadLettered }, "a message was dead-lettered");
    else if (failure.kind === "postpone")
      log.warn(fields, "a message ran into a limit of the database, and waits for others to pass");
    else log.info(fields, "a message failed and will be retried later");
  }

  /** Repeats `work` while the database is in trouble. @throws Abandoned when the session ends */
  async #retrying<Result>(session: Session, work: () => Promise<Result>): Promise<Result> {
    const backoff = new Backoff(250, 4_000);
    for (;;) {
      try {
        return await work();
      } catch (error) {
        const fault = this.#options.inbox.faultOf(error);
        if (fault === "caller") throw error;
        await this.#hold(session, error, fault, backoff);
      }
    }
  }

  async #hold(session: Session, error: unknown, fault: Fault, backoff: Backoff): Promise<void> {
    const { log, queue } = this.#options;
    const fields = { err: error, queue: queue.name, fault };
    const write = () => {
      if (fault === "configuration")
        log.error(
          fields,
          "the database refuses this service; holding deliveries until an operator has acted",
        );
      else log.warn(fields, "the database is unavailable; holding deliveries until it is back");
    };
    this.#logDatabase(write, fault);
    await pause(backoff.next(), session.signal);
    if (session.signal.aborted) throw new Abandoned();
  }
}

/** The same items; those in `contexts` get that context instead of their own. */
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
