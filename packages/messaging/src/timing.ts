import { setTimeout as delay } from "node:timers/promises";

/** Waits `milliseconds`, or until `signal` is aborted; never rejects. */
export async function pause(milliseconds: number, signal?: AbortSignal): Promise<void> {
  // The rejection only says that the signal was aborted; callers look at the signal.
  await delay(milliseconds, undefined, { signal }).catch(() => {});
}

/** True when `work` is fulfilled or rejected within `milliseconds`, false otherwise; never rejects. */
export function finishesWithin(milliseconds: number, work: Promise<unknown>): Promise<boolean> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, milliseconds, false);
    const finished = () => {
      clearTimeout(timer);
      resolve(true);
    };
    work.then(finished, finished);
  });
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
