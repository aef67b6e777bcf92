import { clearTimeout, setTimeout } from "node:timers";

/** Waits `milliseconds`, or shorter when `signal` is aborted meanwhile; never rejects. */
export function pause(milliseconds: number, signal?: AbortSignal): Promise<void> {
  if (signal?.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", end);
      resolve();
    };
    const timer = setTimeout(end, milliseconds);
    signal?.addEventListener("abort", end);
  });
}

/** True when `work` settles within `milliseconds`, false otherwise; never rejects. */
export async function finishesWithin(milliseconds: number, work: Promise<unknown>): Promise<boolean> {
  const over = new AbortController();
  const settled = work.then(
    () => true,
    () => true,
  );
  const inTime = await Promise.race([settled, pause(milliseconds, over.signal).then(() => false)]);
  over.abort();
  return inTime;
}

/** Delays that double from `first` to `last` milliseconds, each up to a quarter longer at random. */
export class Backoff {
  readonly #first: number;
  readonly #last: number;
  #next: number;

  constructor(first: number, last: number) {
    this.#first = first;
    this.#last = last;
    this.#next = first;
  }

  next(): number {
    const delay = this.#next;
    this.#next = Math.min(this.#last, delay * 2);
    return Math.round(delay * (1 + Math.random() / 4));
  }

  reset(): void {
    this.#next = this.#first;
  }
}
