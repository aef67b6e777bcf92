/** What the runtime needs of a logger; pino's loggers fit. */
export interface Log {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

/**
 * Lets a condition that lasts be logged without flooding the log: true for the first call with `key`, and
 * then at most once in `interval` milliseconds.
 */
export class Throttle {
  readonly #interval: number;
  readonly #last = new Map<string, number>();

  constructor(interval: number) {
    this.#interval = interval;
  }

  allows(key: string): boolean {
    const now = performance.now();
    const last = this.#last.get(key);
    if (last !== undefined && now - last < this.#interval) return false;
    this.#last.set(key, now);
    return true;
  }

  /** The condition is over: the next time it is logged at once. */
  reset(key: string): void {
    this.#last.delete(key);
  }
}

/**
 * Runs `write` now, or not at all when it ran less than `interval` milliseconds ago.
 * @example
 *   const logAway = atMostEvery(10_000);
 *   logAway((suppressed) => log.warn({ err, suppressed }, "broker is away"));
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

/** Calls somebody else's listener, whose errors must not pass for errors of the connection. */
export function callSafely(listener: () => void, log: Log): void {
  try {
    listener();
  } catch (error) {
    log.error({ err: error }, "a listener of the broker failed");
  }
}
