import type { MessagingErrorCode, OutboxMessage } from "@rabbit-contract/messaging";

/** Told what becomes of messages on their way through the outbox. Calls must be cheap, and must not throw. */
export interface OutboxObserver {
  /** They are about to be written, with the commit as the next step: what they carry may still be changed, in place. */
  writing(messages: OutboxMessage[]): void;
  /** They are in the table for good. */
  written(messages: readonly OutboxMessage[]): void;
  /** The broker has confirmed it. @param started `performance.now()` when it was handed over */
  published(message: OutboxMessage, started: number): void;
  /** It stays in the table, and is tried again. */
  failed(message: OutboxMessage, code: MessagingErrorCode | "other", started: number): void;
}
