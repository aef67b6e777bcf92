/**
 * Why a transaction failed.
 *
 * | fault           | what is wrong                                                                              |
 * | --------------- | ------------------------------------------------------------------------------------------ |
 * | `unavailable`   | the database is down, overloaded, full or read-only                                        |
 * | `conflict`      | another transaction was in the way                                                         |
 * | `suspect`       | a limit of time or memory: the database is slow or locked, or this very statement is heavy |
 * | `configuration` | the service's settings, or a schema that is not this build's                               |
 * | `caller`        | the message, the request, or the code                                                      |
 *
 * Only `caller` uses up an attempt, and `suspect` when other messages get through: see suspects.ts.
 */
export type Fault = "unavailable" | "conflict" | "suspect" | "configuration" | "caller";

/** What the consumer needs from the service's database, implemented outside this package. */
export interface Inbox<Transaction> {
  /** Runs `work` in one transaction and resolves once it is committed; rolls back when `work` throws. */
  transaction<Result>(work: (tx: Transaction) => Promise<Result>): Promise<Result>;

  /**
   * Records `messageIds` as done in `queue` and returns those that were not recorded before. A concurrent
   * claim of the same id waits for the other transaction to end. `messageIds` has no duplicates.
   */
  claim(tx: Transaction, queue: string, messageIds: readonly string[]): Promise<ReadonlySet<string>>;

  /**
   * Like `claim`, for messages that are most likely new, but without waiting for the answer: later statements of the
   * transaction follow it in the database as well. If one was recorded before, the transaction fails with an error that
   * `isRepetition` recognizes.
   */
  claimNew(tx: Transaction, queue: string, messageIds: readonly string[]): void;

  /** A transaction failed because `claimNew` was given a message that was recorded before. */
  isRepetition(error: unknown): boolean;

  /** Releases the claims of messages whose outcome was not `done`, in the same transaction. */
  unclaim(tx: Transaction, queue: string, messageIds: readonly string[]): Promise<void>;

  /** How many starts of each message never finished; those without one are left out. */
  unfinishedStarts(queue: string, messageIds: readonly string[]): Promise<ReadonlyMap<string, number>>;

  /**
   * Commits, in a separate transaction, that handling of redelivered messages starts for the `start`-th time. When it
   * is repeated because the answer was lost, nothing is counted twice. `messageIds` has no duplicates.
   */
  recordStarts(queue: string, messageIds: readonly string[], start: number): Promise<void>;

  /**
   * Deletes the recorded starts of messages: in the transaction that applied them, in a separate one after a failure that
   * the process survived, or before dead letters are replayed.
   */
  clearStarts(tx: Transaction, queue: string, messageIds: readonly string[]): Promise<void>;

  /** Why a transaction failed. Every error that is not the database's is the caller's. */
  faultOf(error: unknown): Fault;
}
