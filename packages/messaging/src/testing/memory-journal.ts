import type {
  DeadLetterAction,
  DeadLetterJournal,
  JournalEntry,
  JournalOutcome,
} from "../dead-letters/journal.ts";
import type { MemoryTransaction } from "./memory-inbox.ts";

/** A journal in memory that can be made to fail. */
export class MemoryJournal implements DeadLetterJournal<MemoryTransaction> {
  readonly begun: (JournalEntry & { readonly action: DeadLetterAction; readonly runId: string })[] = [];
  readonly ended = new Map<string, JournalOutcome>();
  /** While set, outcomes cannot be recorded. */
  failure: Error | undefined;

  async begin(
    _tx: MemoryTransaction,
    action: DeadLetterAction,
    runId: string,
    entries: readonly JournalEntry[],
  ): Promise<void> {
    this.begun.push(...entries.map((entry) => ({ ...entry, action, runId })));
  }

  async end(outcomes: readonly JournalOutcome[]): Promise<void> {
    if (this.failure) throw this.failure;
    for (const outcome of outcomes) this.ended.set(outcome.id, outcome);
  }

  /** What was done, as `action id`, followed by `?` while the outcome is unknown. */
  get actions(): string[] {
    return this.begun.map(({ id, action, deadLetter }) => {
      const outcome = this.ended.get(id);
      return `${action.kind} ${deadLetter.id}${outcome ? (outcome.failure ? " failed" : "") : "?"}`;
    });
  }
}
