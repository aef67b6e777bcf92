export type { Broker, BrokerOptions } from "./broker.ts";
export { connectBroker } from "./broker.ts";
export type { DeadLetterReason } from "./codec.ts";
export type { Consumer } from "./consumer.ts";
export type { ActedOn } from "./dead-letters/act.ts";
export type { DeadLetterFilter } from "./dead-letters/filter.ts";
export type {
  DeadLetterAction,
  DeadLetterJournal,
  JournalEntry,
  JournalOutcome,
} from "./dead-letters/journal.ts";
export {
  type DeadLetter,
  type DeadLetterKind,
  deadLetterKinds,
  type OpenedDeadLetter,
} from "./dead-letters/letter.ts";
export { placeOf } from "./dead-letters/order.ts";
export {
  type ActionProgress,
  type DeadLetterPage,
  type DeadLetters,
  listingLimits,
} from "./dead-letters.ts";
export type { Delivery, Handler, Handlers } from "./delivery.ts";
export { MessagingError, type MessagingErrorCode, PermanentError } from "./errors.ts";
export type { Inbox } from "./inbox.ts";
export type { Log } from "./log.ts";
export {
  type AppendToOutbox,
  defineMessage,
  type HeaderValue,
  type MessageContext,
  type MessageDescriptor,
  type OutboxMessage,
  type PublishedMessage,
  publishedMessage,
  traceIdOf,
} from "./message.ts";
export type { ObservedBatch, Observer, QueueGlance, Redirection, Replay } from "./observer.ts";
export { allDone, deadLetter, done, type Outcome, retry } from "./outcome.ts";
export { isOnRoute, type Publisher } from "./publisher.ts";
export type { HandledMessages } from "./subscription.ts";
export type {
  ConsumedQueueDescriptor,
  ExchangeDescriptor,
  PublishedRoute,
  QueueBinding,
  QueueDescriptor,
  RetryTier,
  ServiceTopology,
  SystemTopology,
} from "./topology.ts";
export { uuidv7 } from "./uuid.ts";
