import type { ChannelModel } from "amqplib";
import { v7 as uuidv7 } from "uuid";
import type { Inbox } from "../consume/inbox.ts";
import { MessagingError } from "../errors.ts";
import type { Log } from "../log.ts";
import type { Observer } from "../observer.ts";
import { Confirms, type ConfirmsOptions } from "../publish/confirms.ts";
import type { ConsumedQueueDescriptor } from "../topology/topology.ts";
import { type ActionResult, type ActionRun, actOn } from "./act.ts";
import { type DeadLetter, type OpenedDeadLetter, openDeadLetter, readDeadLetter } from "./dead-letter.ts";
import { type DeadLetterFilter, matcherOf } from "./filter.ts";
import { HeldQueue } from "./held-queue.ts";
import type { DeadLetterAction, DeadLetterJournal } from "./journal.ts";
import { Page, type PagePosition } from "./page.ts";

export interface DeadLettersOptions<Transaction> {
  /** The live connection; undefined while there is none. */
  readonly model: () => ChannelModel | undefined;
  readonly confirms?: ConfirmsOptions;
  /** The queues of the service. */
  readonly queues: readonly ConsumedQueueDescriptor[];
  readonly inbox: Inbox<Transaction>;
  readonly journal: DeadLetterJournal<Transaction>;
  readonly log: Log;
  readonly observer?: Observer | undefined;
}

export interface ListOptions {
  /** @default all queues of the service */
  readonly queue?: string;
  readonly filter?: DeadLetterFilter;
  /** The most dead letters to return. */
  readonly limit: number;
  /** Returns only dead letters after this position: `positionOf` the last one of the previous page. */
  readonly after?: PagePosition | undefined;
}

export interface DeadLetterPage {
  /** Oldest first. */
  readonly deadLetters: readonly DeadLetter[];
  readonly queues: readonly DeadLetterQueueStatus[];
}

export interface DeadLetterQueueStatus {
  readonly queue: string;
  /** Dead letters that no process held when the listing began. */
  readonly messages: number;
  /** How many of them were examined; fewer than `messages` when `listingLimits` was reached. */
  readonly examined: number;
}

export interface ActionProgress {
  /** UUIDv7; the journal records it with each message. */
  readonly runId: string;
  /** Dead letters in the selected queues when the action began. */
  readonly total: number;
  readonly examined: number;
  /** Those that match the filter. */
  readonly matched: number;
  readonly done: number;
  /** Still in the dead-letter queue. */
  readonly failed: number;
  /** Results since the last report. */
  readonly results: readonly ActionResult[];
  /** This is the last report, and everything was examined. */
  readonly complete: boolean;
}

/** A listing examines at most this many messages of a queue, and stops sooner when it has read this many bytes. */
export const listingLimits = { messages: 10_000, bytes: 256 * 1024 * 1024 } as const;

/**
 * What operators do with the messages that a service gave up. Examining a queue holds its messages: meanwhile no other
 * process sees them, and they are back when the call ends, however it ends. Calls may run concurrently, in one process or
 * in several; each sees what no other holds.
 *
 * All methods throw MessagingError (`connection-closed` while there is no connection to the broker, `channel-closed` when a
 * queue is missing) and RangeError for a queue that the service does not consume.
 */
export class DeadLetters<Transaction> {
  readonly #options: DeadLettersOptions<Transaction>;

  constructor(options: DeadLettersOptions<Transaction>) {
    this.#options = options;
  }

  /** Names of the service's queues. */
  get queues(): readonly string[] {
    return this.#options.queues.map(({ name }) => name);
  }

  /**
   * A page of dead letters, oldest first. Each page reads the queues again, up to `listingLimits`; replaying and deleting
   * have no such limits.
   */
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

  /** The dead letter with its content; one of them when there are several copies. */
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

  /**
   * Replays or deletes the dead letters that match, and reports progress, first before anything is done. A replayed message
   * returns to its queue with the same id and content, and its attempts start over; one that fails again is not replayed a
   * second time by the same call. Ends early when `signal` is aborted or the caller stops iterating; the rest stays in the
   * dead-letter queues.
   *
   * @param options.dryRun only reports which dead letters match
   * @throws also the database's errors. An interruption at any point loses nothing and repeats no effects: call it again.
   */
  async *act(
    action: DeadLetterAction,
    { dryRun = false, signal }: { readonly dryRun?: boolean; readonly signal?: AbortSignal } = {},
  ): AsyncGenerator<ActionProgress, void> {
    const { inbox, journal, log, observer } = this.#options;
    const matches = matcherOf(action.filter);
    const queues = this.#selected(action.queue);
    const runId = uuidv7();
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
    const { queues } = this.#options;
    if (queue === undefined) return queues;
    const selected = queues.filter(({ name }) => name === queue);
    if (selected.length > 0) return selected;
    throw new RangeError(`the service consumes no queue "${queue}", only ${this.queues.join(", ")}`);
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
