import type { Followed, Follower, Position, PositionedNotification } from "./notifications.ts";

interface StreamEvents {
  /** Somebody waits for the next notification. @param behind there is one, as far as is known */
  readonly wanted: (behind: boolean) => void;
  readonly closed: () => void;
}

/** Yields notifications in the order of their positions, without a gap and none twice. */
export class NotificationStream implements Follower {
  readonly customerId: string | undefined;
  readonly orderId: string | undefined;
  readonly opened: string | undefined;
  readonly #events: StreamEvents;
  #after: Position;
  /** There may be more than was found. */
  #behind = true;
  #page: PositionedNotification[] = [];
  #wake: ((result: IteratorResult<PositionedNotification, undefined>) => void) | undefined;
  #idleSince = performance.now();
  #closed = false;

  constructor({ customerId, orderId, after, opened }: Follower, events: StreamEvents) {
    this.customerId = customerId;
    this.orderId = orderId;
    this.opened = opened;
    this.#after = after;
    this.#events = events;
  }

  /** What follows this position has not been found yet. */
  get after(): Position {
    return this.#after;
  }

  get waiting(): boolean {
    return this.#wake !== undefined;
  }

  /** Milliseconds since the last notification was taken, without anybody asking for another. */
  get unreadFor(): number {
    return this.waiting ? 0 : performance.now() - this.#idleSince;
  }

  /** To be called again only when the call before has resolved. */
  next(): Promise<IteratorResult<PositionedNotification, undefined>> {
    this.#idleSince = performance.now();
    const value = this.#page.shift();
    if (value) return Promise.resolve({ done: false, value });
    if (this.#closed) return Promise.resolve({ done: true, value: undefined });
    return new Promise((resolve) => {
      this.#wake = resolve;
      this.#events.wanted(this.#behind);
    });
  }

  /** Frees its place at once; what it holds can still be taken. */
  close(): void {
    this.#closed = true;
    this.#events.closed();
    this.#wake?.({ done: true, value: undefined });
    this.#wake = undefined;
  }

  /** For the one who looks: what was found for this stream, which waits for it. */
  take(index: number, { found, horizon }: Followed, pageSize: number): void {
    const next = found.get(index) ?? [];
    const [value, ...page] = next;
    const last = next.at(-1);
    this.#behind = next.length >= pageSize;
    this.#after = this.#behind && last ? last.position : horizon;
    const wake = this.#wake;
    if (!value || !wake) return;
    this.#page = page;
    this.#wake = undefined;
    this.#idleSince = performance.now();
    wake({ done: false, value });
  }
}
