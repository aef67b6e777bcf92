import { databaseFaultOf } from "@rabbit-contract/postgres";
import { type DestinationStream, type LoggerOptions, type Logger as PinoLogger, pino } from "pino";

export type Logger = PinoLogger;

export const LOG_LEVELS = ["fatal", "error", "warn", "info", "debug", "trace", "silent"] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

export interface LogOptions {
  /** Part of every line. */
  readonly service: string;
  /** @default "info" */
  readonly level?: LogLevel;
  /** @default stdout, written synchronously: a line is out before a crash can swallow it */
  readonly destination?: DestinationStream;
}

/**
 * One JSON line per event: `{ level, time, service, msg, … }`. Passwords in URLs, tokens and e-mail addresses are
 * redacted wherever they occur; names are not.
 */
export function createLogger({ service, level = "info", destination }: LogOptions): Logger {
  const options: LoggerOptions = {
    level,
    base: { service },
    timestamp: () => `,"time":"${new Date().toISOString()}"`,
    formatters: { level: (label: string) => ({ level: label }) },
    serializers: { err: describeFault },
    hooks: {
      streamWrite: (line) => redactPersonal(redactCredentials(line)),
    },
  };
  return destination === undefined ? pino(options) : pino(options, destination);
}

/** `amqp://app:secret@broker` → `amqp://app:***@broker`, wherever it occurs in `text`. */
export function redactCredentials(text: string): string {
  return text.includes("://") ? text.replace(/(:\/\/[^\s:/?#@"]*):[^\s/?#"]*@/g, "$1:***@") : text;
}

/** Errors of other software name the people concerned: `550 <ada@example.com> unknown` → `550 <***> unknown`. */
export function redactPersonal(text: string): string {
  const withoutTokens = text.includes("eyJ") ? redactTokens(text) : text;
  return withoutTokens.includes("@") ? redactAddresses(withoutTokens) : withoutTokens;
}

// Both read each character at most a few times. One expression that includes the part in front of the mark would try
// each character of a long word as its start, and read the rest of the word each time.
const TOKEN_START = /\beyJ[\w-]/g;
const TOKEN_PART = /[\w-]*/y;

function redactTokens(text: string): string {
  let redacted = "";
  let done = 0;
  TOKEN_START.lastIndex = 0;
  for (let start = TOKEN_START.exec(text); start !== null; start = TOKEN_START.exec(text)) {
    const header = endOf(TOKEN_PART, text, start.index);
    const payload = text[header] === "." ? endOf(TOKEN_PART, text, header + 1) : header;
    const isToken = payload > header + 1 && text[payload] === ".";
    // No other token can start in the same part: it would have the same end.
    TOKEN_START.lastIndex = isToken ? endOf(TOKEN_PART, text, payload + 1) : header;
    if (!isToken) continue;
    redacted += `${text.slice(done, start.index)}***`;
    done = TOKEN_START.lastIndex;
  }
  return redacted + text.slice(done);
}

const NO_LOCAL_PART = /[\s"<>(),;:@/\\*]/;
// The last label has letters: a package with a version, as in stack traces, is not an e-mail address.
const DOMAIN = /@(?:[^\s"<>(),;:@/\\.*]+\.)+\p{L}[\p{L}\d-]+/gu;

function redactAddresses(text: string): string {
  let redacted = "";
  let done = 0;
  for (const { 0: domain, index } of text.matchAll(DOMAIN)) {
    let start = index;
    while (start > done && !NO_LOCAL_PART.test(text.charAt(start - 1))) start--;
    if (start === index) continue;
    redacted += `${text.slice(done, start)}***`;
    done = index + domain.length;
  }
  return redacted + text.slice(done);
}

/** @param part sticky; matches anywhere */
function endOf(part: RegExp, text: string, start: number): number {
  part.lastIndex = start;
  part.test(text);
  return part.lastIndex;
}

/** With the kind of a database error. */
function describeFault(error: unknown): unknown {
  const described = describeError(error);
  const fault = databaseFaultOf(error);
  return fault === undefined || typeof described !== "object" ? described : { ...described, fault };
}

interface DescribedError {
  type: string;
  message: string;
  code?: string;
  stack?: string;
  cause?: unknown;
}

/** Omits every other property: a database error has the values of the row and of the query. */
export function describeError(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  const described: DescribedError = { type: error.name, message: withoutParameters(error.message) };
  if ("code" in error && typeof error.code === "string") described.code = error.code;
  if (error.stack !== undefined) described.stack = withoutParameters(error.stack);
  if (error.cause !== undefined) described.cause = describeError(error.cause);
  return described;
}

/** Maximum number of characters of a cause. */
const longestCause = 300;

/** Why something failed, in a line that may be shown outside the log: no credentials, no addresses, no values of a query. */
export function causeOf(error: unknown): string {
  if (!(error instanceof Error)) return shortened(String(error));
  // drizzle's message is the text of the query; that of several refused connections is empty.
  const isWrapped = error.message === "" || error.message.startsWith("Failed query: ");
  if (isWrapped && error.cause !== undefined) return causeOf(error.cause);
  const code = "code" in error && typeof error.code === "string" ? error.code : error.name;
  return shortened(redactPersonal(redactCredentials(error.message || code)));
}

function shortened(text: string): string {
  return text.length > longestCause ? `${text.slice(0, longestCause - 1)}…` : text;
}

/** drizzle appends the query's values to its message. */
function withoutParameters(text: string): string {
  return text.replace(/\nparams: .*/g, "\nparams: ***");
}
