/** The definition of a service, as generated code contains it, and the outbox derived from it. */
import {
  type AppendToOutbox,
  type GivenParameters,
  type HeadersOf,
  type MessageDescriptor,
  type PayloadOf,
  type PublishContext,
  publishedMessage,
  type SendContext,
} from "../message/message.ts";
import type { PublishedRoute, ServiceTopology } from "../topology/topology.ts";
import type { QueueDefinition } from "./queue.ts";
import { serviceTopology, type TopologySource } from "./topology.ts";

export interface SentMessage extends PublishedRoute {
  readonly message: MessageDescriptor<unknown>;
}

/** A message that a service sends and gets a reply to. */
export interface RequestMessage extends SentMessage {
  readonly reply: MessageDescriptor<unknown>;
}

/** Everything that the contract says about one service. */
export interface ServiceDefinition extends TopologySource {
  /** The messages that it sends, by the name of their method in the outbox. */
  readonly sends: Readonly<Record<string, SentMessage>>;
  /** The requests that it makes, by the name of their method in the client. @default none */
  readonly requests?: Readonly<Record<string, RequestMessage>>;
  readonly queues: readonly QueueDefinition[];
}

/** A service's definition, and what is derived from it. */
export type Service<Definition extends ServiceDefinition = ServiceDefinition> = Definition & {
  /** What the service declares on the broker, and what it waits for. */
  readonly topology: ServiceTopology;
};

/**
 * Everything a service sends. A call validates the payload, encodes it and adds it to the transaction's outbox;
 * the relay publishes it after the commit. Each call throws a MessagingError `message-invalid` when the payload
 * breaks the contract.
 */
export type Outbox<Definition extends ServiceDefinition, Transaction> = {
  readonly [Key in keyof Definition["sends"]]: (
    tx: Transaction,
    payload: PayloadOf<Definition["sends"][Key]["message"]>,
    ...context: ContextArgument<
      GivenParameters<Definition["sends"][Key]>,
      HeadersOf<Definition["sends"][Key]["message"]>
    >
  ) => void;
};

/** Optional unless the address needs a parameter or the message a header. */
type ContextArgument<Parameters, Headers> = [keyof Parameters] extends [never]
  ? Record<never, never> extends Headers
    ? [context?: SendContext & GivenHeaders<Headers>]
    : [context: SendContext & GivenHeaders<Headers>]
  : [context: SendContext & GivenHeaders<Headers> & { readonly parameters: Parameters }];

type GivenHeaders<Headers> = [keyof Headers] extends [never]
  ? object
  : Record<never, never> extends Headers
    ? { readonly headers?: Readonly<Headers> }
    : { readonly headers: Readonly<Headers> };

/** Any of an outbox's methods; each checks what it is given. */
type Send<Transaction> = (tx: Transaction, payload: never, ...context: never) => void;

export function defineService<const Definition extends ServiceDefinition>(
  definition: Definition,
): Service<Definition> {
  return { ...definition, topology: serviceTopology(definition) };
}

/** The outbox of `service`; `append` adds an encoded message to a transaction. */
export function createOutbox<Definition extends ServiceDefinition, Transaction>(
  service: Definition,
  append: AppendToOutbox<Transaction>,
): Outbox<Definition, Transaction> {
  const methods = Object.entries(service.sends).map(([name, sent]) => {
    const route = { ...sent, service: service.name };
    const send: Send<Transaction> = (tx, payload: unknown, context?: PublishContext) =>
      append(tx, publishedMessage(route, payload, context));
    return [name, send] as const;
  });
  // Each method checks its payload, so it may be given whatever the mapped type allows.
  return Object.fromEntries(methods) as Outbox<Definition, Transaction>;
}
