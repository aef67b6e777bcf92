/** What the consumer needs from the service's database, implemented outside this package. */
export interface Inbox<Transaction> {
  /** Runs `work` in one transaction and resolves once it is committed; rolls back when `work` throws. */
  transaction<Result>(work: (tx: Transaction) => Promise<Result>): Promise<Result>;

  /**
   * Records `messageIds` as done in `queue` and returns those that were not recorded before. A concurrent
   * claim of the same id waits for the other transaction to end. `messageIds` has no duplicates.
   */
  claim(tx: Transaction, queue: string, messageIds: readonly string[]): Promise<ReadonlySet<string>>;

  /** Takes back the claim of messages whose outcome was not `done`, in the same transaction. */
  unclaim(tx: Transaction, queue: string, messageIds: readonly string[]): Promise<void>;

  /**
   * Commits, in a separate transaction, that handling starts for those redelivered messages that have no unfinished start
   * yet, and returns their ids. `messageIds` has no duplicates.
   */
  recordFirstStarts(queue: string, messageIds: readonly string[]): Promise<ReadonlySet<string>>;

  /**
   * Commits, in a separate transaction, that handling of a redelivered message starts, and returns how many earlier starts
   * never finished.
   */
  recordStart(queue: string, messageId: string): Promise<number>;

  /**
   * Deletes the recorded starts of messages: in the transaction that applied them, in a separate one after a failure that
   * the process survived, or before dead letters are replayed.
   */
  clearStarts(tx: Transaction, queue: string, messageIds: readonly string[]): Promise<void>;

  /**
   * True when `error` means that the database is temporarily unavailable (connection refused or lost, shutting down, too
   * many connections, serialization failure or deadlock): the delivery is not at fault and uses up no attempt.
   */
  isUnavailable(error: unknown): boolean;
}
