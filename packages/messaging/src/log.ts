/** What the runtime needs of a logger; pino's loggers fit. */
export interface Log {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

/** Milliseconds between two log lines about one lasting condition. */
export const logInterval = 5_000;

/**
 * Keeps a lasting condition from flooding the log: the returned function calls `write` at once, and then at most once in
 * `interval` milliseconds.
 * @example
 *   const logOutage = atMostEvery(10_000);
 *   logOutage((suppressed) => log.warn({ err, suppressed }, "the broker is unreachable"));
 */
export function atMostEvery(
  interval: number,
  now: () => number = () => performance.now(),
): (write: (suppressed: number) => void) => void {
  let last = Number.NEGATIVE_INFINITY;
  let suppressed = 0;
  return (write) => {
    const time = now();
    if (time - last < interval) {
      suppressed++;
      return;
    }
    last = time;
    const count = suppressed;
    suppressed = 0;
    write(count);
  };
}

/** Calls a listener of the caller's; its errors must not be taken for errors of the connection. */
export function callSafely(listener: () => void, log: Log): void {
  try {
    listener();
  } catch (error) {
    log.error({ err: error }, "a listener of the broker failed");
  }
}
