import type { DeadLetterFilter } from "./filter.ts";
import type { DeadLetter } from "./letter.ts";

/** What is to be done with the dead letters that fit a filter. */
export interface DeadLetterAction {
  readonly kind: "replay" | "delete";
  /** Who wants it. */
  readonly operator: string;
  /** One of the service's queues. @default all of them */
  readonly queue?: string;
  readonly filter: DeadLetterFilter;
}

/** One action on one dead letter. */
export interface JournalEntry {
  /** UUIDv7. */
  readonly id: string;
  readonly letter: DeadLetter;
}

export interface JournalOutcome {
  readonly id: string;
  /** What it failed with: the message is still dead. Undefined when it is done. */
  readonly failure: string | undefined;
}

/** Keeps what was done with dead letters, by whom and when. The platform implements it. */
export interface DeadLetterJournal<Transaction> {
  /**
   * Records what is about to be done; it happens after the commit.
   * @param runId the same for everything that one call does
   */
  begin(
    tx: Transaction,
    action: DeadLetterAction,
    runId: string,
    entries: readonly JournalEntry[],
  ): Promise<void>;

  /**
   * Commits what became of entries. One that stays without an outcome was cut short: it may have happened, or
   * not.
   */
  end(outcomes: readonly JournalOutcome[]): Promise<void>;
}
