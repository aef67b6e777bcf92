/** Transactions that carry messages: outbox, relay and inbox on PostgreSQL, with drizzle. */
export { CommitOutcomeUnknown, databaseFaultOf, levelOf } from "./database-errors.ts";
export {
  createDeadLetterJournal,
  type Journal,
  listActions,
  type RecordedAction,
  type RecordedActionQuery,
} from "./dead-letters/journal.ts";
export { groupCommit } from "./group-commit.ts";
export {
  answerOnce,
  type FirstAnswer,
  hashOf,
  IdempotencyKeys,
  type IdempotentRequest,
  KeyReused,
} from "./idempotency/keys.ts";
export { createInbox } from "./inbox/inbox.ts";
export { deleteFromOutbox, insertIntoOutbox, leaseExpired } from "./outbox/outbox.ts";
export type { OutboxObserver } from "./outbox/outbox-observer.ts";
export { ParkedMessages, type ParkedMessagesOptions } from "./outbox/parked-messages.ts";
export { Relay, type RelayOptions, type Reservation } from "./outbox/relay.ts";
export { type DatabaseTls, databaseConnection, openPool, type PoolOptions } from "./pool.ts";
export { createDatabases, openPools, type Pools } from "./pools.ts";
export { addSpendings, forgetSpendings, type Spending } from "./rate-limits/rate-limits.ts";
export { type Chore, deleteOlder, inboxChores } from "./retention.ts";
export { SchemaCheck, type SchemaCheckOptions } from "./schema-check.ts";
export { ago, firstUuidOf, newUuid, rfc3339 } from "./sql.ts";
export { appendToOutbox, createDatabase, type Database, type Transaction } from "./transaction.ts";
