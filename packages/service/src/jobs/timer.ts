import { atMostEvery, FailureSpan, finishesWithin, pause } from "@rabbit-contract/messaging";
import { levelOf } from "@rabbit-contract/postgres";
import type { Logger } from "../log.ts";

/** Something that runs until it is stopped. */
export interface Job {
  /** For log and readiness, e.g. "housekeeping". */
  readonly name: string;
  /** Of its attempts. */
  readonly failures: FailureSpan;
  /** Starts nothing more; resolves once what runs has ended, or after `within` milliseconds. */
  stop(within: number): Promise<unknown>;
}

export interface TimerOptions {
  /** For the log, e.g. "housekeeping". */
  readonly name: string;
  /** Milliseconds from the end of one run to the start of the next. */
  readonly interval: number;
  /** Milliseconds until the first run. @default 0 */
  readonly delay?: number;
  readonly log: Logger;
}

/** Maximum number of milliseconds until a failed run is tried again: until then, the service counts as degraded. */
const retryPause = 2_000;

/** Calls `run` repeatedly; a failed run is logged and soon tried again. */
export function startTimer(
  { name, interval, delay = 0, log }: TimerOptions,
  run: (signal: AbortSignal) => Promise<void>,
): Job {
  const stop = new AbortController();
  const { signal } = stop;
  const rarely = atMostEvery(10_000);
  const failures = new FailureSpan();
  const repeat = async () => {
    await pause(delay, signal);
    while (!signal.aborted) {
      let rest = interval;
      try {
        await run(signal);
        failures.succeeded();
      } catch (err) {
        rest = Math.min(interval, retryPause);
        failures.failed(err);
        rarely((suppressed) =>
          log[levelOf(err)]({ err, suppressed, job: name }, "a job failed; it is tried again"),
        );
      }
      await pause(rest, signal);
    }
  };
  const running = repeat();
  return {
    name,
    failures,
    stop(within) {
      stop.abort();
      return finishesWithin(within, running);
    },
  };
}
