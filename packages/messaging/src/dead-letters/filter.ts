import type { DeadLetter, DeadLetterKind } from "./letter.ts";

/** Which dead letters are meant: those that fit every field given, and all when none is. */
export interface DeadLetterFilter {
  /** The id that it is addressed by, or its AMQP `message_id`. */
  readonly messageId?: string;
  readonly reason?: DeadLetterKind;
  /** Part of what the last attempt failed with, in any case. */
  readonly failureReason?: string;
  readonly type?: string;
  /** Attempts that failed, at least. */
  readonly minAttempts?: number;
  /** Seconds that it has been dead, at least. One that does not say since when does not fit. */
  readonly olderThanSeconds?: number;
  readonly traceId?: string;
  readonly correlationId?: string;
}

/** @param now Unix time in milliseconds that ages are counted from */
export function matcherOf(filter: DeadLetterFilter, now = Date.now()): (letter: DeadLetter) => boolean {
  const { messageId, reason, failureReason, type, minAttempts, olderThanSeconds, traceId, correlationId } =
    filter;
  const failure = failureReason?.toLowerCase();
  return (letter) =>
    (messageId === undefined || letter.id === messageId || letter.messageId === messageId) &&
    (reason === undefined || letter.reason === reason) &&
    (failure === undefined || (letter.failureReason ?? "").toLowerCase().includes(failure)) &&
    (type === undefined || letter.type === type) &&
    (minAttempts === undefined || letter.attempts >= minAttempts) &&
    (olderThanSeconds === undefined || ageOf(letter, now) >= olderThanSeconds) &&
    (traceId === undefined || letter.traceId === traceId) &&
    (correlationId === undefined || letter.correlationId === correlationId);
}

/** Seconds that a message has been dead; NaN when it does not say since when. */
function ageOf({ deadLetteredAt }: DeadLetter, now: number): number {
  return (now - Date.parse(deadLetteredAt ?? "")) / 1000;
}
