import { waitFor } from "./wait.ts";

/**
 * Repeats an assertion until it passes, and fails with its last error once `timeout` milliseconds are over. Returns
 * what the assertion returned. @default timeout 10000
 */
export function eventually<T>(
  assertion: () => T | Promise<T>,
  { timeout = 10_000, interval = 50 } = {},
): Promise<T> {
  return waitFor(async () => ({ value: await assertion() }), {
    what: "the assertion to hold",
    timeout,
    interval,
  }).then(({ value }) => value);
}
