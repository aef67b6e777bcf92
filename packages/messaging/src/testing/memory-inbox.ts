import type { Fault, Inbox } from "../consume/inbox.ts";

/** A transaction of the inbox for tests; its lists take effect on commit. */
export interface MemoryTransaction {
  readonly effects: string[];
  readonly claimed: string[];
  readonly unclaimed: string[];
  readonly cleared: string[];
  /** The error that it fails with at its end. */
  failure?: Error;
}

/** A message that is already done was claimed as new. */
class Repetition extends Error {}

/** An error of the database that is not its caller's. */
export class DatabaseTrouble extends Error {
  override readonly name = "DatabaseTrouble";
  readonly fault: Fault;

  constructor(fault: Fault) {
    super(`the database fails: ${fault}`);
    this.fault = fault;
  }
}

/** An inbox in memory that can be made to fail. */
export class MemoryInbox implements Inbox<MemoryTransaction> {
  /** Everything that handlers wrote and committed, in order of the commits. */
  readonly effects: string[] = [];
  readonly done = new Set<string>();
  /** Unfinished starts by message id. */
  readonly starts = new Map<string, number>();
  /** While set, every transaction and start fails with it. */
  failure: Error | undefined;
  /** So many starts are committed, and yet fail. */
  lostAnswers = 0;
  commits = 0;
  /** Transactions and starts that were requested. */
  attempts = 0;

  async transaction<Result>(work: (tx: MemoryTransaction) => Promise<Result>): Promise<Result> {
    this.attempts++;
    if (this.failure) throw this.failure;
    const tx: MemoryTransaction = { effects: [], claimed: [], unclaimed: [], cleared: [] };
    const result = await work(tx);
    const failure = this.failure ?? tx.failure;
    if (failure) throw failure;
    this.commits++;
    this.effects.push(...tx.effects);
    for (const id of tx.claimed) this.done.add(id);
    for (const id of tx.unclaimed) this.done.delete(id);
    for (const id of tx.cleared) this.starts.delete(id);
    return result;
  }

  async claim(tx: MemoryTransaction, _queue: string, messageIds: readonly string[]): Promise<Set<string>> {
    if (new Set(messageIds).size < messageIds.length) throw new Error("claim was given duplicates");
    const fresh = messageIds.filter((id) => !this.done.has(id));
    tx.claimed.push(...fresh);
    return new Set(fresh);
  }

  claimNew(tx: MemoryTransaction, _queue: string, messageIds: readonly string[]): void {
    if (messageIds.some((id) => this.done.has(id))) tx.failure = new Repetition();
    tx.claimed.push(...messageIds);
  }

  isRepetition(error: unknown): boolean {
    return error instanceof Repetition;
  }

  async unclaim(tx: MemoryTransaction, _queue: string, messageIds: readonly string[]): Promise<void> {
    tx.unclaimed.push(...messageIds);
  }

  async unfinishedStarts(_queue: string, messageIds: readonly string[]): Promise<Map<string, number>> {
    this.attempts++;
    if (this.failure) throw this.failure;
    return new Map([...this.starts].filter(([id]) => messageIds.includes(id)));
  }

  async recordStarts(_queue: string, messageIds: readonly string[], start: number): Promise<void> {
    this.attempts++;
    if (this.failure) throw this.failure;
    for (const id of messageIds) this.starts.set(id, Math.max(start, this.starts.get(id) ?? 0));
    if (this.lostAnswers > 0) {
      this.lostAnswers--;
      throw new DatabaseTrouble("unavailable");
    }
  }

  async clearStarts(tx: MemoryTransaction, _queue: string, messageIds: readonly string[]): Promise<void> {
    tx.cleared.push(...messageIds);
  }

  faultOf(error: unknown): Fault {
    return error instanceof DatabaseTrouble ? error.fault : "caller";
  }
}
