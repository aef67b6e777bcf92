import { atMostEvery } from "@rabbit-contract/messaging";
import { levelOf } from "@rabbit-contract/postgres";
import type { Logger } from "../log.ts";

export interface PollOptions {
  /** Milliseconds between two runs. */
  readonly interval: number;
  /** Milliseconds until the next run when one failed. */
  readonly pauseAfterFailure: number;
  /** True as long as anything waits for the next run. */
  readonly needed: () => boolean;
  /** One query for everything that waits. */
  readonly run: () => Promise<void>;
  readonly log: Logger;
  /** Logged when a run fails. */
  readonly failure: string;
}

/** Runs a query again and again, and only while something waits for its result: works with any number of replicas. */
export class Poll {
  readonly #options: PollOptions;
  readonly #rarely = atMostEvery(10_000);
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** `performance.now()` of the next run. */
  #next = Number.POSITIVE_INFINITY;
  #running = false;

  constructor(options: PollOptions) {
    this.#options = options;
  }

  /** Something waits: runs in this many milliseconds, unless it is running or will run sooner. */
  schedule(milliseconds = this.#options.interval): void {
    const time = performance.now() + milliseconds;
    if (this.#running || time >= this.#next) return;
    clearTimeout(this.#timer);
    this.#next = time;
    this.#timer = setTimeout(() => void this.#run(), milliseconds);
  }

  async #run(): Promise<void> {
    const { interval, pauseAfterFailure, needed, run, log, failure } = this.#options;
    let pause = interval;
    this.#running = true;
    this.#next = Number.POSITIVE_INFINITY;
    try {
      if (needed()) await run();
    } catch (err) {
      pause = pauseAfterFailure;
      this.#rarely((suppressed) => log[levelOf(err)]({ err, suppressed }, failure));
    } finally {
      this.#running = false;
      if (needed()) this.schedule(pause);
    }
  }
}
