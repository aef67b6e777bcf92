import { setTimeout as delay } from "node:timers/promises";

/** Milliseconds until a statement that failed is tried again. */
const retryDelay = 500;

/** Collects items for one statement: while one runs the others gather, so a busy process needs few. */
export class WriteBuffer<Item> {
  readonly #write: (items: readonly Item[]) => Promise<void>;
  readonly #onError: (error: unknown) => void;
  readonly #pause: number;
  #items: Item[] = [];
  #running: Promise<void> | undefined;
  #stopped = false;

  /** @param pause milliseconds for which items gather, at least, before they are written */
  constructor(
    write: (items: readonly Item[]) => Promise<void>,
    onError: (error: unknown) => void,
    pause = 0,
  ) {
    this.#write = write;
    this.#onError = onError;
    this.#pause = pause;
  }

  add(item: Item): void {
    this.#items.push(item);
    this.#running ??= this.#run();
  }

  /** Resolves once everything added so far is written. */
  async drained(): Promise<void> {
    await this.#running;
  }

  stop(): void {
    this.#stopped = true;
  }

  async #run(): Promise<void> {
    while (this.#items.length > 0 && !this.#stopped) {
      if (this.#pause > 0) await delay(this.#pause);
      const items = this.#items;
      this.#items = [];
      try {
        await this.#write(items);
      } catch (error) {
        this.#onError(error);
        this.#items = items.concat(this.#items);
        await delay(retryDelay);
      }
    }
    // In the same turn as the last look at the items: one that is added later must find it undefined.
    this.#running = undefined;
  }
}
