/** RabbitMQ runtime for code generated from an AsyncAPI contract; README.md shows an example. */

export { v7 as uuidv7 } from "uuid";
export { type Broker, type BrokerOptions, connectBroker } from "./broker.ts";
export type { Consumer } from "./consume/consumer.ts";
export type { Delivery, Handler, RequestHandler } from "./consume/handler.ts";
export type { Fault, Inbox } from "./consume/inbox.ts";
export {
  type Answer,
  allDone,
  answer,
  type DeadLetterReason,
  deadLetter,
  done,
  type Outcome,
  retry,
} from "./consume/outcome.ts";
export { requireConsumers } from "./consume/require-consumers.ts";
export type { ActionResult } from "./dead-letters/act.ts";
export {
  type DeadLetter,
  type DeadLetterKind,
  deadLetterKinds,
  type OpenedDeadLetter,
} from "./dead-letters/dead-letter.ts";
export type { DeadLetters } from "./dead-letters/dead-letters.ts";
export { type DeadLetterFilter, matcherOf } from "./dead-letters/filter.ts";
export type {
  DeadLetterAction,
  DeadLetterJournal,
  JournalEntry,
  JournalOutcome,
} from "./dead-letters/journal.ts";
export { Page, positionOf } from "./dead-letters/page.ts";
export {
  type ActionProgress,
  type ActOptions,
  type DeadLetterPage,
  type DeadLetterQueueStatus,
  type DeadLetterStore,
  type ListOptions,
  listingLimits,
} from "./dead-letters/store.ts";
export { together } from "./dead-letters/together.ts";
export { defineQueue, type Handlers, type Payloads, type QueueDefinition } from "./define/queue.ts";
export {
  createOutbox,
  defineService,
  type Outbox,
  type RequestMessage,
  type SentMessage,
  type Service,
  type ServiceDefinition,
} from "./define/service.ts";
export { serviceTopology, systemTopology, type TopologySource } from "./define/topology.ts";
export {
  MessagingError,
  type MessagingErrorCode,
  PermanentError,
  type RefusalReason,
  refusalReasons,
  UnacceptableMessageError,
} from "./errors.ts";
export { FailureSpan } from "./failure-span.ts";
export { atMostEvery, type Log, logInterval } from "./log.ts";
export {
  type AppendToOutbox,
  type Check,
  defineMessage,
  type HeaderValue,
  type MessageContext,
  type MessageDescriptor,
  type OutboxMessage,
  type PayloadOf,
  type PublishContext,
  type PublishedMessage,
  publishedMessage,
} from "./message/message.ts";
export { parseTraceContext, type TraceContext, traceIdOf } from "./message/trace-context.ts";
export type {
  ObservedBatch,
  ObservedRequest,
  Observer,
  QueueStatus,
  Redirection,
  Replay,
  RequestFailure,
  SentAnswer,
} from "./observer.ts";
export type { Publisher } from "./publish/publisher.ts";
export { type Client, createClient, type Requester } from "./request/client.ts";
export type { RequestOptions } from "./request/requests.ts";
export { finishesWithin, pause } from "./timing.ts";
export { isOnRoute, parameterOf } from "./topology/address.ts";
export { type BindingPattern, type Routable, routes } from "./topology/routes.ts";
export type {
  Arguments,
  ConsumedQueueDescriptor,
  ExchangeDescriptor,
  ExchangeSettings,
  ExchangeType,
  PublishedRoute,
  QueueBinding,
  QueueDescriptor,
  RetryTier,
  RouteParameter,
  ServiceTopology,
  SystemTopology,
} from "./topology/topology.ts";
