import { pause } from "@rabbit-contract/messaging";

/** Milliseconds until a statement that failed is tried again. */
const retryDelay = 500;

export interface WriteBufferOptions {
  /** Maximum number of milliseconds for which items gather before they are written. @default 0 */
  readonly pause?: number;
  /** Number of items that are written without waiting for more. @default no such number */
  readonly enough?: number;
}

/** Collects items for one statement: while it runs, others gather, so a busy process needs few statements. */
export class WriteBuffer<Item> {
  readonly #write: (items: readonly Item[]) => Promise<void>;
  readonly #onError: (error: unknown) => void;
  readonly #pause: number;
  readonly #enough: number;
  #items: Item[] = [];
  #running: Promise<void> | undefined;
  /** Ends the pause. */
  #wake = new AbortController();
  #draining = false;
  #stopped = false;

  constructor(
    write: (items: readonly Item[]) => Promise<void>,
    onError: (error: unknown) => void,
    { pause = 0, enough = Number.POSITIVE_INFINITY }: WriteBufferOptions = {},
  ) {
    this.#write = write;
    this.#onError = onError;
    this.#pause = pause;
    this.#enough = enough;
  }

  add(item: Item): void {
    this.#items.push(item);
    if (this.#items.length === this.#enough) this.#wake.abort();
    this.#running ??= this.#run();
  }

  /** Resolves once everything added so far is written. From now on nothing gathers. */
  async drained(): Promise<void> {
    this.#draining = true;
    this.#wake.abort();
    await this.#running;
  }

  stop(): void {
    this.#stopped = true;
  }

  async #run(): Promise<void> {
    while (this.#items.length > 0 && !this.#stopped) {
      await this.#gather();
      const items = this.#items;
      this.#items = [];
      try {
        await this.#write(items);
      } catch (error) {
        this.#onError(error);
        this.#items = items.concat(this.#items);
        await pause(retryDelay);
      }
    }
    // In the same turn as the last check for items: one that is added later must find it undefined.
    this.#running = undefined;
  }

  async #gather(): Promise<void> {
    if (this.#pause === 0 || this.#draining || this.#items.length >= this.#enough) return;
    this.#wake = new AbortController();
    await pause(this.#pause, this.#wake.signal);
  }
}
