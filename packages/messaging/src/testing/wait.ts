import { setTimeout as delay } from "node:timers/promises";

export interface WaitOptions {
  /** What to wait for, as it reads in the error: "the broker to answer". */
  readonly what: string;
  /** Milliseconds until waiting fails. The default allows for busy machines. @default 30000 */
  readonly timeout?: number;
  /** Milliseconds between the first two checks; later pauses grow to five times that, 250 at most. @default 50 */
  readonly interval?: number;
}

/** What takes long is checked less often: checks cost processor time that it may need. */
function pauseAfter(pause: number, interval: number): number {
  const longestPause = Math.max(interval, Math.min(5 * interval, 250));
  return Math.min(pause * 1.3, longestPause);
}

/** Thrown by a condition that can no longer become true: waiting ends at once with this error. */
export class StopWaiting extends Error {
  override readonly name = "StopWaiting";
}

/**
 * Repeats the condition until it returns something other than `undefined` or `false`, and returns that. A condition that
 * throws is not met yet; the last such error becomes the cause of the timeout.
 */
export async function waitFor<T>(
  condition: () => T | Promise<T>,
  { what, timeout = 30_000, interval = 50 }: WaitOptions,
): Promise<Exclude<T, undefined | false>> {
  const deadline = Date.now() + timeout;
  let pause = interval;
  let lastError: unknown;
  for (;;) {
    try {
      const value = await condition();
      if (value !== undefined && value !== false) return value as Exclude<T, undefined | false>;
      lastError = undefined;
    } catch (error) {
      if (error instanceof StopWaiting) throw error;
      lastError = error;
    }
    if (Date.now() >= deadline) {
      const reason = lastError instanceof Error ? `: ${lastError.message}` : "";
      throw new Error(`timed out after ${timeout} ms waiting for ${what}${reason}`, { cause: lastError });
    }
    await delay(pause);
    pause = pauseAfter(pause, interval);
  }
}

/** Like `Promise.all`, but ends only once every promise has: nothing keeps running unobserved. */
export async function waitForAll<T extends readonly unknown[]>(promises: { [K in keyof T]: Promise<T[K]> }) {
  await Promise.allSettled(promises);
  return Promise.all(promises);
}

/**
 * Repeats an assertion until it passes, and fails with its last error after `timeout` milliseconds.
 * @default timeout 30000
 * @returns what the assertion returned
 */
export function eventually<T>(
  assertion: () => T | Promise<T>,
  { timeout = 30_000, interval = 50 } = {},
): Promise<T> {
  return waitFor(async () => ({ value: await assertion() }), {
    what: "the assertion to hold",
    timeout,
    interval,
  }).then(({ value }) => value);
}
