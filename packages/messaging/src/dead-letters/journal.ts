import type { DeadLetter } from "./dead-letter.ts";
import type { DeadLetterFilter } from "./filter.ts";

/** What to do with the dead letters that match a filter. */
export interface DeadLetterAction {
  readonly kind: "replay" | "delete";
  /** Who asked for it. */
  readonly operator: string;
  /** One of the service's queues. @default all of them */
  readonly queue?: string;
  readonly filter: DeadLetterFilter;
}

/** One action on one dead letter. */
export interface JournalEntry {
  /** UUIDv7. */
  readonly id: string;
  readonly deadLetter: DeadLetter;
}

export interface JournalOutcome {
  readonly id: string;
  /** Why it failed: the message is still in the dead-letter queue. Undefined when it succeeded. */
  readonly failure: string | undefined;
}

/** Records what was done with dead letters, by whom and when. Implemented outside this package. */
export interface DeadLetterJournal<Transaction> {
  /**
   * Records what will be done after the commit.
   * @param runId the same for everything that one call of `act` does
   */
  begin(
    tx: Transaction,
    action: DeadLetterAction,
    runId: string,
    entries: readonly JournalEntry[],
  ): Promise<void>;

  /**
   * Commits the outcomes of entries. An entry that stays without one was interrupted: it may or may not have happened.
   */
  end(outcomes: readonly JournalOutcome[]): Promise<void>;
}
