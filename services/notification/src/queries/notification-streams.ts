/** Follows notifications as they commit, with one query for any number of event streams. */

import type { Database } from "@rabbit-contract/postgres";
import { type Logger, Poll } from "@rabbit-contract/service";
import { NotificationStream } from "./notification-stream.ts";
import {
  followFrom,
  followFromNow,
  followNotifications,
  type NotificationFilter,
  type Position,
} from "./notifications.ts";

export interface NotificationStreamsOptions {
  readonly database: Pick<Database, "sql">;
  readonly log: Logger;
  /** Maximum open streams of all callers. */
  readonly limit: number;
  /** Maximum open streams of one caller. */
  readonly limitPerCaller: number;
}

/** Milliseconds between two queries. */
const interval = 200;
/** Maximum notifications in memory per stream. */
const pageSize = 100;
/** Milliseconds after which a stream that is not read is closed. */
const patience = 60_000;

export class TooManyStreamsError extends Error {
  override readonly name = "TooManyStreamsError";
  /** Whether one caller has too many open, or all callers together. */
  readonly ofOneCaller: boolean;

  constructor(limit: number, { ofOneCaller }: { readonly ofOneCaller: boolean }) {
    super(`cannot open a stream: ${limit} ${ofOneCaller ? "of yours " : ""}are open, which is the limit`);
    this.ofOneCaller = ofOneCaller;
  }
}

/** Polls the table with one query for all streams, so it works whichever replica saves a notification. */
export class NotificationStreams {
  readonly #options: NotificationStreamsOptions;
  /** Each with its caller. */
  readonly #streams = new Map<NotificationStream, string>();
  readonly #poll: Poll;

  constructor(options: NotificationStreamsOptions) {
    this.#options = options;
    this.#poll = new Poll({
      interval,
      pauseAfterFailure: 1_000,
      needed: () => this.#waiting().length > 0,
      run: () => this.#read(),
      log: options.log,
      failure: "cannot read new notifications; will retry with the next poll",
    });
  }

  get size(): number {
    return this.#streams.size;
  }

  /**
   * Opens a stream of the notifications committed after `after`, or from now on. It ends when it is closed, or when the
   * next notification is not requested for too long.
   * @throws TooManyStreamsError
   */
  async open(caller: string, filter: NotificationFilter, after?: Position): Promise<NotificationStream> {
    const { database, limit, limitPerCaller } = this.#options;
    const start = await (after ? followFrom(database, after) : followFromNow(database));
    this.#giveUpUnread();
    if (this.#streams.size >= limit) throw new TooManyStreamsError(limit, { ofOneCaller: false });
    let own = 0;
    for (const owner of this.#streams.values()) if (owner === caller) own++;
    if (own >= limitPerCaller) throw new TooManyStreamsError(limitPerCaller, { ofOneCaller: true });
    const stream = new NotificationStream(
      { ...filter, ...start },
      {
        wanted: (behind) => this.#poll.schedule(behind ? 0 : interval),
        closed: () => this.#streams.delete(stream),
      },
    );
    this.#streams.set(stream, caller);
    return stream;
  }

  /** The stream of a slow client does not wait: it costs only the page that it has buffered. */
  #waiting(): NotificationStream[] {
    this.#giveUpUnread();
    return [...this.#streams.keys()].filter((stream) => stream.waiting);
  }

  async #read(): Promise<void> {
    const { database } = this.#options;
    const waiting = this.#waiting();
    const followed = await followNotifications(database, waiting, pageSize);
    for (const [index, stream] of waiting.entries()) stream.take(index, followed, pageSize);
  }

  #giveUpUnread(): void {
    for (const stream of this.#streams.keys()) if (stream.unreadFor > patience) stream.close();
  }
}
