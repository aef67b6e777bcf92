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
 * Keeps a lasting condition from flooding the log: the returned function calls `write` at once, and then at most once
 * in `interval` milliseconds for each message. Do not use it for lines that report a possible loss or repetition: each
 * of those counts.
 * @example
 *   const occasionally = atMostEvery(10_000);
 *   occasionally((suppressed) => log.warn({ err, suppressed }, "the broker is unreachable"));
 */
export function atMostEvery(
  interval: number,
): (write: (suppressed: number) => void, message?: string) => void {
  const last = new Map<string, { time: number; suppressed: number }>();
  return (write, message = "") => {
    const time = performance.now();
    const before = last.get(message);
    if (before !== undefined && time - before.time < interval) {
      before.suppressed++;
      return;
    }
    last.set(message, { time, suppressed: 0 });
    write(before?.suppressed ?? 0);
  };
}

/** Calls a caller's listener; its errors must not be mistaken for errors of the connection. */
export function callSafely(listener: () => void, log: Log): void {
  try {
    listener();
  } catch (error) {
    log.error({ err: error }, "a listener of the broker failed");
  }
}
