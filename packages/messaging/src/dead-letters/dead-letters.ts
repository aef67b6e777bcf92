import type { ChannelModel } from "amqplib";
import type { Inbox } from "../consume/inbox.ts";
import { MessagingError } from "../errors.ts";
import type { Log } from "../log.ts";
import { uuidv7 } from "../message/uuid.ts";
import type { Observer } from "../observer.ts";
import { Confirms } from "../publish/confirms.ts";
import type { ConsumedQueueDescriptor } from "../topology/topology.ts";
import { type ActedOn, type Acting, actOn } from "./act.ts";
import { type DeadLetterFilter, matcherOf } from "./filter.ts";
import { HeldQueue } from "./held.ts";
import type { DeadLetterAction, DeadLetterJournal } from "./journal.ts";
import { type DeadLetter, type OpenedDeadLetter, openDeadLetter, readDeadLetter } from "./letter.ts";
import { FirstFew, type Place } from "./order.ts";

export interface DeadLettersOptions<Transaction> {
  /** The live connection; undefined while there is none. */
  readonly model: () => ChannelModel | undefined;
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
  /** Letters at most. */
  readonly limit: number;
  /** Only letters behind this place: `placeOf` the last letter of the page before. */
  readonly after?: Place | undefined;
}

export interface DeadLetterPage {
  /** Those that have been dead longest come first. */
  readonly letters: readonly DeadLetter[];
  readonly queues: readonly QueueGlance[];
}

export interface QueueGlance {
  readonly queue: string;
  /** DeadMessage letters that nobody held when it was looked at. */
  readonly messages: number;
  /** Those of them that were looked at; when they are fewer, the limits of a listing were reached. */
  readonly examined: number;
}

export interface ActionProgress {
  /** UUIDv7; the journal has it beside each message. */
  readonly runId: string;
  /** DeadMessage letters in the chosen queues when it began. */
  readonly total: number;
  readonly examined: number;
  /** Those that fit the filter. */
  readonly matched: number;
  readonly done: number;
  /** Still dead. */
  readonly failed: number;
  /** Those that have come since the last report. */
  readonly letters: readonly ActedOn[];
  /** This is the last report, and everything was looked at. */
  readonly complete: boolean;
}

/** A listing looks at so many messages of a queue, at most, and ends sooner when these bytes are read. */
export const listingLimits = { messages: 10_000, bytes: 256 * 1024 * 1024 } as const;

/**
 * What operators do with the messages that a service gave up. To look at a queue is to hold its messages:
 * meanwhile they are invisible to others, and they are back when the call ends, whichever way it does. Calls may
 * run at once, in one process or in several; each sees what no other holds.
 *
 * All methods throw MessagingError: `connection-closed` while the broker is away, `channel-closed` when a queue
 * is missing; and RangeError for a queue that the service does not consume.
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
   * A page of dead letters, sorted by when they died. Each page looks at the queues anew, and no further than
   * `listingLimits`; replaying and deleting have no such limits.
   */
  async list({ queue, filter = {}, limit, after }: ListOptions): Promise<DeadLetterPage> {
    const fits = matcherOf(filter);
    const first = new FirstFew(limit, after);
    const queues: QueueGlance[] = [];
    for (const { name, deadLetterQueue } of this.#chosen(queue)) {
      let examined = 0;
      let bytes = 0;
      await using held = await HeldQueue.open(this.#model(), deadLetterQueue);
      while (examined < listingLimits.messages && bytes < listingLimits.bytes) {
        const chunk = await held.next();
        if (chunk.length === 0) break;
        for (const message of chunk) {
          const letter = readDeadLetter(name, message);
          if (fits(letter)) first.add(letter);
          bytes += letter.contentBytes;
        }
        examined += chunk.length;
      }
      queues.push({ queue: name, messages: Math.max(held.messages, examined), examined });
    }
    return { letters: first.letters, queues };
  }

  /** The dead letter with its content; of several copies one. */
  async find(queue: string, messageId: string): Promise<OpenedDeadLetter | undefined> {
    const fits = matcherOf({ messageId });
    for (const { name, deadLetterQueue } of this.#chosen(queue)) {
      await using held = await HeldQueue.open(this.#model(), deadLetterQueue);
      for (;;) {
        const chunk = await held.next();
        if (chunk.length === 0) break;
        const found = chunk.find((message) => fits(readDeadLetter(name, message)));
        if (found) return openDeadLetter(name, found);
      }
    }
    return undefined;
  }

  /**
   * Replays or deletes the dead letters that fit, and reports before the first and after each few. A replayed message goes back to its
   * queue with the same id and content, and its attempts start again; one that fails again is dead again, and not
   * taken a second time. Ends early when `signal` is aborted or the caller stops asking; what is left stays dead.
   *
   * @param options.dryRun only says which would be
   * @throws also what the database fails with. Interrupted at any point it loses nothing, and repeats nothing in
   *   its effects: call it again.
   */
  async *act(
    action: DeadLetterAction,
    { dryRun = false, signal }: { readonly dryRun?: boolean; readonly signal?: AbortSignal } = {},
  ): AsyncGenerator<ActionProgress, void> {
    const { inbox, journal, log, observer } = this.#options;
    const fits = matcherOf(action.filter);
    const queues = this.#chosen(action.queue);
    const runId = uuidv7();
    const counts = { runId, total: await this.#count(queues), examined: 0, matched: 0, done: 0, failed: 0 };
    const { kind, ...story } = action;
    if (!dryRun) log.info({ ...story, action: kind, runId }, "an operator acts on dead letters");
    try {
      // Nothing is held yet: a caller who never comes back keeps no messages from others.
      yield { ...counts, letters: [], complete: false };
      for (const queue of queues) {
        await using held = await HeldQueue.open(this.#model(), queue.deadLetterQueue);
        const confirms = new Confirms();
        confirms.attach(held.channel);
        const acting: Acting<Transaction> = {
          ...{ action, runId, queue, held, confirms, inbox, journal, observer },
        };
        while (!signal?.aborted) {
          const chunk = await held.next();
          if (chunk.length === 0) break;
          const chosen = chunk
            .map((message) => ({ message, letter: readDeadLetter(queue.name, message) }))
            .filter(({ letter }) => fits(letter));
          const letters = dryRun
            ? chosen.map(({ letter }) => ({ letter, failure: undefined }))
            : await actOn(chosen, acting);
          const failed = letters.filter(({ failure }) => failure !== undefined).length;
          counts.examined += chunk.length;
          counts.matched += chosen.length;
          counts.failed += failed;
          if (!dryRun) counts.done += letters.length - failed;
          yield { ...counts, letters, complete: false };
        }
      }
      yield { ...counts, letters: [], complete: !signal?.aborted };
    } finally {
      if (!dryRun) log.info({ ...story, action: kind, ...counts }, "an operator acted on dead letters");
    }
  }

  #chosen(queue: string | undefined): readonly ConsumedQueueDescriptor[] {
    const { queues } = this.#options;
    if (queue === undefined) return queues;
    const chosen = queues.filter(({ name }) => name === queue);
    if (chosen.length > 0) return chosen;
    throw new RangeError(`the service consumes no queue "${queue}", only ${this.queues.join(", ")}`);
  }

  #model(): ChannelModel {
    const model = this.#options.model();
    if (model) return model;
    const message = "cannot look at dead letters: there is no connection to the broker at present";
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
