import { type DestinationStream, type Logger as PinoLogger, pino } from "pino";

export type Logger = PinoLogger;

export const LOG_LEVELS = ["fatal", "error", "warn", "info", "debug", "trace", "silent"] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

export interface LogOptions {
  /** Stands in every line. */
  readonly service: string;
  /** @default "info" */
  readonly level?: LogLevel;
  /** @default stdout, written synchronously: a line is out before a crash can swallow it */
  readonly destination?: DestinationStream;
}

/** One JSON line an event: `{ level, time, service, msg, … }`. Passwords in URLs never get out. */
export function createLogger({ service, level = "info", destination }: LogOptions): Logger {
  const options = {
    level,
    base: { service },
    timestamp: () => `,"time":"${new Date().toISOString()}"`,
    formatters: { level: (label: string) => ({ level: label }) },
    serializers: { err: describeError },
    hooks: { streamWrite: redactCredentials },
  };
  return destination === undefined ? pino(options) : pino(options, destination);
}

/** `amqp://order:secret@broker` → `amqp://order:***@broker`, wherever it stands in `text`. */
export function redactCredentials(text: string): string {
  return text.includes("://") ? text.replace(/(:\/\/[^\s:/?#@"]*):[^\s/?#"]*@/g, "$1:***@") : text;
}

interface DescribedError {
  type: string;
  message: string;
  code?: string;
  stack?: string;
  cause?: unknown;
}

/** Leaves out every other property: a database error carries the values of the row and of the query. */
export function describeError(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  const described: DescribedError = { type: error.name, message: withoutParameters(error.message) };
  if ("code" in error && typeof error.code === "string") described.code = error.code;
  if (error.stack !== undefined) described.stack = withoutParameters(error.stack);
  if (error.cause !== undefined) described.cause = describeError(error.cause);
  return described;
}

/** drizzle appends the query's values to its message. */
function withoutParameters(text: string): string {
  return text.replace(/\nparams: .*/g, "\nparams: ***");
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
