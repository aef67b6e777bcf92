/**
 * What the consumer needs from the service's database. The platform implements it; the messaging
 * runtime knows no database.
 */
export interface Inbox<Transaction> {
  /** Runs `work` in one transaction and resolves once it is committed; rolls back when `work` throws. */
  transaction<Result>(work: (tx: Transaction) => Promise<Result>): Promise<Result>;

  /**
   * Records `messageIds` as done in `queue` and returns those that were not recorded before. A concurrent
   * claim of the same id waits for the other transaction to end. `messageIds` holds no duplicates.
   */
  claim(tx: Transaction, queue: string, messageIds: readonly string[]): Promise<ReadonlySet<string>>;

  /** Takes back the claim of messages whose outcome was not `done`, in the same transaction. */
  unclaim(tx: Transaction, queue: string, messageIds: readonly string[]): Promise<void>;

  /**
   * Commits, in a transaction of its own, that the handling of redelivered messages starts, of those that have
   * no unfinished start yet, and returns these. `messageIds` holds no duplicates.
   */
  recordFirstStarts(queue: string, messageIds: readonly string[]): Promise<ReadonlySet<string>>;

  /**
   * Commits, in a transaction of its own, that the handling of a redelivered message starts, and
   * returns how many starts were committed before and never finished.
   */
  recordStart(queue: string, messageId: string): Promise<number>;

  /**
   * Forgets the starts of messages that were handled: in the transaction that applied them, or in one of its
   * own when that failed and the process is still there to tell; or of dead letters that begin anew.
   */
  clearStarts(tx: Transaction, queue: string, messageIds: readonly string[]): Promise<void>;

  /**
   * True when `error` says that the database is away or has no room for now (connection refused or lost,
   * shutting down, too many connections, serialization failure or deadlock): the delivery is not to blame
   * and uses up no attempt.
   */
  isUnavailable(error: unknown): boolean;
}
