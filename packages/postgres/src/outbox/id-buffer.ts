import { setTimeout as delay } from "node:timers/promises";

/** Milliseconds until a statement that failed is tried again. */
const retryDelay = 500;

/** Collects ids for one statement: while one runs the others gather, so a busy process needs few. */
export class IdBuffer {
  readonly #write: (ids: readonly string[]) => Promise<void>;
  readonly #onError: (error: unknown) => void;
  readonly #pause: number;
  #ids: string[] = [];
  #running: Promise<void> | undefined;
  #stopped = false;

  /** @param pause milliseconds for which ids gather, at least, before they are written */
  constructor(
    write: (ids: readonly string[]) => Promise<void>,
    onError: (error: unknown) => void,
    pause = 0,
  ) {
    this.#write = write;
    this.#onError = onError;
    this.#pause = pause;
  }

  add(id: string): void {
    this.#ids.push(id);
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
    while (this.#ids.length > 0 && !this.#stopped) {
      if (this.#pause > 0) await delay(this.#pause);
      const ids = this.#ids;
      this.#ids = [];
      try {
        await this.#write(ids);
      } catch (error) {
        this.#onError(error);
        this.#ids = ids.concat(this.#ids);
        await delay(retryDelay);
      }
    }
    // In the same turn as the last look at the ids: an id that is added later must find it undefined.
    this.#running = undefined;
  }
}
