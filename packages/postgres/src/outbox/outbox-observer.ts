import type { MessagingErrorCode, OutboxMessage, RefusalReason } from "@rabbit-contract/messaging";

/** Receives what happens to messages in the outbox. Its methods must be cheap, and must not throw. */
export interface OutboxObserver {
  /** They are about to be written, just before the commit: their headers may still be changed, in place. */
  writing(messages: OutboxMessage[]): void;
  /** They are committed. */
  written(messages: readonly OutboxMessage[]): void;
  /** The broker has confirmed it. @param started `performance.now()` when it was handed over */
  published(message: OutboxMessage, started: number): void;
  /** It stays in the table, and is tried again. */
  failed(message: OutboxMessage, code: MessagingErrorCode | "other", started: number): void;
  /** It stays in the table, and is tried again only when an operator replays it. */
  parked(type: string, reason: RefusalReason): void;
}
