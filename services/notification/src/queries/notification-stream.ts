import type { Audience } from "../notification.ts";
import type { Followed, Follower, Position, PositionedNotification } from "./notifications.ts";

interface StreamEvents {
  /** The next notification is awaited. @param behind whether it may exist already */
  readonly wanted: (behind: boolean) => void;
  readonly closed: () => void;
}

/** Yields notifications in the order of their positions, without gaps or duplicates. */
export class NotificationStream implements Follower {
  readonly audience: Audience | undefined;
  readonly customerId: string | undefined;
  readonly orderId: string | undefined;
  readonly except: readonly string[];
  readonly #events: StreamEvents;
  #after: Position;
  /** There may be unread notifications. */
  #behind = true;
  #page: PositionedNotification[] = [];
  #wake: ((result: IteratorResult<PositionedNotification, undefined>) => void) | undefined;
  #idleSince = performance.now();
  #closed = false;

  constructor({ audience, customerId, orderId, after, except = [] }: Follower, events: StreamEvents) {
    this.audience = audience;
    this.customerId = customerId;
    this.orderId = orderId;
    this.except = except;
    this.#after = after;
    this.#events = events;
  }

  /** Notifications after this position have not been read yet. */
  get after(): Position {
    return this.#after;
  }

  get waiting(): boolean {
    return this.#wake !== undefined;
  }

  /** Milliseconds since the last notification was taken without a request for the next one. */
  get unreadFor(): number {
    return this.waiting ? 0 : performance.now() - this.#idleSince;
  }

  /** Call it again only when the previous call has resolved. */
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

  /** Frees its place at once; notifications that are already buffered can still be read. */
  close(): void {
    this.#closed = true;
    this.#events.closed();
    this.#wake?.({ done: true, value: undefined });
    this.#wake = undefined;
  }

  /** Called with the result of a query while this stream waits for it. */
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
