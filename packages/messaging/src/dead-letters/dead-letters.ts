import type { ChannelModel } from "amqplib";
import { v7 as uuidv7 } from "uuid";
import type { Inbox } from "../consume/inbox.ts";
import { MessagingError } from "../errors.ts";
import type { Log } from "../log.ts";
import type { Observer } from "../observer.ts";
import { Confirms, type ConfirmsOptions } from "../publish/confirms.ts";
import type { ConsumedQueueDescriptor } from "../topology/topology.ts";
import { type ActionRun, actOn } from "./act.ts";
import { type OpenedDeadLetter, openDeadLetter, readDeadLetter } from "./dead-letter.ts";
import { matcherOf } from "./filter.ts";
import { HeldQueue } from "./held-queue.ts";
import type { DeadLetterAction, DeadLetterJournal } from "./journal.ts";
import { Page } from "./page.ts";
import {
  type ActionProgress,
  type ActOptions,
  type DeadLetterPage,
  type DeadLetterQueueStatus,
  type DeadLetterStore,
  type ListOptions,
  listingLimits,
  selectedFrom,
} from "./store.ts";

export interface DeadLettersOptions<Transaction> {
  /** The live connection; undefined while there is none. */
  readonly model: () => ChannelModel | undefined;
  readonly confirms: ConfirmsOptions;
  readonly queues: readonly ConsumedQueueDescriptor[];
  readonly inbox: Inbox<Transaction>;
  readonly journal: DeadLetterJournal<Transaction>;
  readonly log: Log;
  readonly observer?: Observer | undefined;
}

/**
 * The messages in a service's dead-letter queues. Examining a queue holds its messages: meanwhile no other
 * process sees them, and they are back when the call ends, however it ends. Calls may run concurrently, in one process or
 * in several; each sees what no other holds.
 *
 * All methods throw MessagingError too: `connection-closed` while there is no connection to the broker, `channel-closed`
 * when a queue is missing.
 */
export class DeadLetters<Transaction> implements DeadLetterStore {
  readonly #options: DeadLettersOptions<Transaction>;

  constructor(options: DeadLettersOptions<Transaction>) {
    this.#options = options;
  }

  get queues(): readonly string[] {
    return this.#options.queues.map(({ name }) => name);
  }

  /** Each page reads the queues again. */
  async list({ queue, filter = {}, limit, after }: ListOptions): Promise<DeadLetterPage> {
    const matches = matcherOf(filter);
    const page = new Page(limit, after);
    const queues: DeadLetterQueueStatus[] = [];
    for (const { name, deadLetterQueue } of this.#selected(queue)) {
      let examined = 0;
      let bytes = 0;
      await using held = await HeldQueue.open(this.#model(), deadLetterQueue);
      while (examined < listingLimits.messages && bytes < listingLimits.bytes) {
        const chunk = await held.next();
        if (chunk.length === 0) break;
        for (const message of chunk) {
          const deadLetter = readDeadLetter(name, message);
          if (matches(deadLetter)) page.add(deadLetter);
          bytes += deadLetter.contentBytes;
        }
        examined += chunk.length;
      }
      queues.push({ queue: name, messages: Math.max(held.messages, examined), examined });
    }
    return { deadLetters: page.deadLetters, queues };
  }

  async find(queue: string, messageId: string): Promise<OpenedDeadLetter | undefined> {
    const matches = matcherOf({ messageId });
    for (const { name, deadLetterQueue } of this.#selected(queue)) {
      await using held = await HeldQueue.open(this.#model(), deadLetterQueue);
      for (;;) {
        const chunk = await held.next();
        if (chunk.length === 0) break;
        const found = chunk.find((message) => matches(readDeadLetter(name, message)));
        if (found) return openDeadLetter(name, found);
      }
    }
    return undefined;
  }

  async *act(
    action: DeadLetterAction,
    { dryRun = false, signal, runId = uuidv7() }: ActOptions = {},
  ): AsyncGenerator<ActionProgress, void> {
    const { inbox, journal, log, observer } = this.#options;
    const matches = matcherOf(action.filter);
    const queues = this.#selected(action.queue);
    const counts = { runId, total: await this.#count(queues), examined: 0, matched: 0, done: 0, failed: 0 };
    const { kind, ...selection } = action;
    if (!dryRun) log.info({ ...selection, action: kind, runId }, "an operator acts on dead letters");
    try {
      // Nothing is held yet, in case the caller stops iterating here.
      yield { ...counts, results: [], complete: false };
      for (const queue of queues) {
        await using held = await HeldQueue.open(this.#model(), queue.deadLetterQueue);
        const confirms = new Confirms(this.#options.confirms);
        confirms.attach(held.channel);
        const run: ActionRun<Transaction> = {
          action,
          runId,
          queue,
          held,
          confirms,
          inbox,
          journal,
          observer,
        };
        while (!signal?.aborted) {
          const chunk = await held.next();
          if (chunk.length === 0) break;
          const selected = chunk
            .map((message) => ({ message, deadLetter: readDeadLetter(queue.name, message) }))
            .filter(({ deadLetter }) => matches(deadLetter));
          const results = dryRun
            ? selected.map(({ deadLetter }) => ({ deadLetter, failure: undefined }))
            : await actOn(selected, run);
          const failed = results.filter(({ failure }) => failure !== undefined).length;
          counts.examined += chunk.length;
          counts.matched += selected.length;
          counts.failed += failed;
          if (!dryRun) counts.done += results.length - failed;
          yield { ...counts, results, complete: false };
        }
      }
      yield { ...counts, results: [], complete: !signal?.aborted };
    } finally {
      if (!dryRun) log.info({ ...selection, action: kind, ...counts }, "an operator acted on dead letters");
    }
  }

  #selected(queue: string | undefined): readonly ConsumedQueueDescriptor[] {
    return selectedFrom(this.#options.queues, queue);
  }

  #model(): ChannelModel {
    const model = this.#options.model();
    if (model) return model;
    const message = "cannot read dead letters: there is no connection to the broker";
    throw new MessagingError("connection-closed", message);
  }

  async #count(queues: readonly ConsumedQueueDescriptor[]): Promise<number> {
    let total = 0;
    for (const { deadLetterQueue } of queues) {
      await using held = await HeldQueue.open(this.#model(), deadLetterQueue);
      total += held.messages;
    }
    return total;
  }
}
