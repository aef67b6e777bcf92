/** Follows notifications as they commit, for any number of event streams with one query. */

import { atMostEvery } from "@rabbit-contract/messaging";
import type { Database } from "@rabbit-contract/postgres";
import type { Logger } from "@rabbit-contract/service";
import { NotificationStream } from "./notification-stream.ts";
import {
  followFromNow,
  followNotifications,
  type NotificationFilter,
  type Position,
} from "./notifications.ts";

export interface NotificationStreamsOptions {
  readonly database: Pick<Database, "sql">;
  readonly log: Logger;
  /** Streams open at once, at most. @default 1_000 */
  readonly limit?: number;
  /** Milliseconds between two looks at the table, while somebody waits. @default 200 */
  readonly interval?: number;
  /** Notifications that one stream holds in memory, at most. @default 100 */
  readonly pageSize?: number;
  /** Milliseconds after which a stream that nobody reads is given up. @default 60_000 */
  readonly patience?: number;
}

export class TooManyStreamsError extends Error {
  override readonly name = "TooManyStreamsError";
}

/** Milliseconds until the next look when the database did not answer. */
const pauseAfterFailure = 1_000;

/**
 * Looks at the table, so it works whichever replica keeps a notification, and only while somebody waits. A stream
 * whose client is slow is not looked for: it costs nothing but the page that it has.
 */
export class NotificationStreams {
  readonly #options: Required<NotificationStreamsOptions>;
  readonly #streams = new Set<NotificationStream>();
  readonly #logRarely = atMostEvery(10_000);
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** `performance.now()` of the next look. */
  #nextLook = Number.POSITIVE_INFINITY;
  #looking = false;

  constructor(options: NotificationStreamsOptions) {
    this.#options = { limit: 1_000, interval: 200, pageSize: 100, patience: 60_000, ...options };
  }

  /** Streams that are open. */
  get size(): number {
    return this.#streams.size;
  }

  /**
   * Opens a stream of what commits after `after`, or from now on. Ends when it is closed, or when nobody
   * asks for the next notification for too long.
   * @throws TooManyStreamsError
   */
  async open(filter: NotificationFilter, after?: Position): Promise<NotificationStream> {
    const { database, limit, interval } = this.#options;
    const start = after ? { after } : await followFromNow(database);
    this.#giveUpUnread();
    if (this.#streams.size >= limit) {
      throw new TooManyStreamsError(`cannot open a stream: ${limit} are open, which is the limit`);
    }
    const stream = new NotificationStream(
      { ...filter, ...start },
      {
        wanted: (behind) => this.#lookIn(behind ? 0 : interval),
        closed: () => this.#streams.delete(stream),
      },
    );
    this.#streams.add(stream);
    return stream;
  }

  /** Unless the next look comes sooner. */
  #lookIn(milliseconds: number): void {
    const time = performance.now() + milliseconds;
    if (this.#looking || time >= this.#nextLook) return;
    clearTimeout(this.#timer);
    this.#nextLook = time;
    this.#timer = setTimeout(() => void this.#look(), milliseconds);
  }

  async #look(): Promise<void> {
    const { database, interval, pageSize, log } = this.#options;
    let pause = interval;
    this.#looking = true;
    this.#nextLook = Number.POSITIVE_INFINITY;
    this.#giveUpUnread();
    const waiting = [...this.#streams].filter((stream) => stream.waiting);
    try {
      if (waiting.length === 0) return;
      const followed = await followNotifications(database, waiting, pageSize);
      for (const [index, stream] of waiting.entries()) stream.take(index, followed, pageSize);
    } catch (err) {
      pause = pauseAfterFailure;
      this.#logRarely((suppressed) =>
        log.warn({ err, suppressed }, "cannot look for new notifications; the next look tries again"),
      );
    } finally {
      this.#looking = false;
      if ([...this.#streams].some((stream) => stream.waiting)) this.#lookIn(pause);
    }
  }

  #giveUpUnread(): void {
    const { patience } = this.#options;
    for (const stream of this.#streams) if (stream.unreadFor > patience) stream.close();
  }
}
