import type { DeadLetter, DeadLetterKind } from "./dead-letter.ts";

/** Selects dead letters: those that match every given field, or all when none is given. */
export interface DeadLetterFilter {
  /** Its `id` or its AMQP `message_id`. */
  readonly messageId?: string;
  readonly reason?: DeadLetterKind;
  /** A part of `failureReason`, case-insensitive. */
  readonly failureReason?: string;
  readonly type?: string;
  readonly minAttempts?: number;
  /** The least number of seconds since it was dead-lettered. A message without that time does not match. */
  readonly olderThanSeconds?: number;
  /** RFC 3339: dead-lettered before. A message without that time does not match. */
  readonly deadBefore?: string;
  readonly traceId?: string;
  readonly correlationId?: string;
}

/** Ages are relative to the time of this call. */
export function matcherOf(filter: DeadLetterFilter): (deadLetter: DeadLetter) => boolean {
  const now = Date.now();
  const { messageId, reason, failureReason, type, minAttempts, olderThanSeconds, deadBefore } = filter;
  const { traceId, correlationId } = filter;
  const failure = failureReason?.toLowerCase();
  return (deadLetter) =>
    (messageId === undefined || deadLetter.id === messageId || deadLetter.messageId === messageId) &&
    (reason === undefined || deadLetter.reason === reason) &&
    (failure === undefined || (deadLetter.failureReason ?? "").toLowerCase().includes(failure)) &&
    (type === undefined || deadLetter.type === type) &&
    (minAttempts === undefined || deadLetter.attempts >= minAttempts) &&
    (olderThanSeconds === undefined || ageOf(deadLetter, now) >= olderThanSeconds) &&
    (deadBefore === undefined || ageOf(deadLetter, Date.parse(deadBefore)) > 0) &&
    (traceId === undefined || deadLetter.traceId === traceId) &&
    (correlationId === undefined || deadLetter.correlationId === correlationId);
}

/** Seconds since a message was dead-lettered; NaN when it has no such time. */
function ageOf({ deadLetteredAt }: DeadLetter, now: number): number {
  return (now - Date.parse(deadLetteredAt ?? "")) / 1000;
}
