/**
 * The contract as the tools see it: services, exchanges, queues, messages and who sends and receives what,
 * each with its place in the source. Lint, generator, catalogue and topology all read this one model.
 */
import type { Arguments, ExchangeType, HeaderValue } from "@rabbit-contract/messaging";
import type { Finding } from "./finding.ts";
import type { JsonObject, JsonValue, Place, Source } from "./source.ts";

export interface Service {
  readonly name: string;
  readonly description: string | undefined;
  readonly redeliveryExchange: string;
  readonly place: Place;
}

export interface Exchange {
  readonly name: string;
  readonly type: ExchangeType;
  readonly durable: boolean;
  readonly autoDelete: boolean;
  readonly arguments: Arguments;
  /** Receives messages that this exchange routes to no queue. */
  readonly alternate: { readonly name: string; readonly type: ExchangeType } | undefined;
  readonly place: Place;
}

export interface Message {
  /** Its name in generated code, e.g. `basketFilled`: its key in the document in camelCase. */
  readonly key: string;
  /** AMQP `type`, e.g. `basket.filled`: its name in the document, or its key if it has none. */
  readonly name: string;
  readonly summary: string | undefined;
  /** Names among the contract's schemas. The headers have what the runtime adds to every message. */
  readonly payload: string;
  readonly headers: string;
  /** The `const` of a required `schema-version` header; undefined for a message without versions. */
  readonly schemaVersion: number | undefined;
  /** Headers that have one value only, as a headers exchange sees them. */
  readonly fixedHeaders: Readonly<Record<string, HeaderValue>>;
  /** Where the AMQP `correlation_id` is; undefined for the message's own id. */
  readonly correlationId: CorrelationId | undefined;
  readonly examples: readonly MessageExample[];
  readonly place: Place;
}

export interface CorrelationId {
  readonly part: "payload" | "headers";
  /** Key by key; one key for a header. */
  readonly path: readonly string[];
  readonly place: Place;
}

export interface MessageExample {
  readonly name: string;
  readonly payload: JsonValue | undefined;
  readonly headers: JsonValue | undefined;
  readonly place: Place;
}

/** A finding that is accepted for a while. */
export interface Exception {
  /** Name of a rule. */
  readonly rule: string;
  /** JSON pointer to what it is about, all inside of it included; "" for the whole document. */
  readonly at: string;
  readonly reason: string;
  /** The last day on which it holds, such as 2026-03-14. */
  readonly until: string;
  readonly place: Place;
}

/** A channel that is published to: an exchange and a routing key. */
export interface Route {
  readonly channel: string;
  readonly exchange: Exchange;
  /** The address: `{name}` stands for a parameter. */
  readonly routingKey: string;
  readonly parameters: readonly AddressParameter[];
  readonly messages: readonly Message[];
  readonly place: Place;
}

/** A parameter in an address. */
export interface AddressParameter {
  readonly name: string;
  /** Undefined: any word. */
  readonly values: readonly string[] | undefined;
  /** Where in the payload it is, key by key; undefined if the publisher takes it as a separate argument. */
  readonly path: readonly string[] | undefined;
  readonly place: Place;
}

export interface Binding {
  readonly exchange: string;
  /** On a topic exchange, a pattern. */
  readonly routingKey: string;
  readonly arguments: Arguments;
  readonly place: Place;
}

export interface RetryTier {
  readonly queue: string;
  /** Milliseconds. */
  readonly delay: number;
  readonly place: Place;
}

/** A queue: a channel that is one, or one that follows from it or from an operation. */
export interface Queue {
  /** The channel that it is, or that it follows from. */
  readonly channel: string;
  readonly name: string;
  readonly description: string | undefined;
  readonly durable: boolean;
  readonly exclusive: boolean;
  readonly autoDelete: boolean;
  readonly type: "quorum" | "classic";
  /** Undefined for a classic queue, which has none. */
  readonly deliveryLimit: number | undefined;
  /** Arguments that no other setting covers, e.g. `x-max-length`. */
  readonly arguments: Readonly<Record<string, string | number | boolean>>;
  readonly bindings: readonly Binding[];
  readonly deadLetter:
    | { readonly exchange: string; readonly routingKey: string; readonly place: Place }
    | undefined;
  readonly retryTiers: readonly RetryTier[];
  readonly messages: readonly Message[];
  readonly place: Place;
}

interface Operation {
  readonly id: string;
  readonly service: string;
  readonly summary: string | undefined;
  readonly messages: readonly Message[];
  /** The reply to its messages, if they are requests. */
  readonly reply: Message | undefined;
  readonly place: Place;
}

export interface SendOperation extends Operation {
  readonly route: Route;
}

export interface ReceiveOperation extends Operation {
  readonly queue: Queue;
  readonly prefetch: number;
  readonly batchSize: number;
}

export interface Contract {
  readonly source: Source;
  readonly title: string;
  readonly version: string;
  /** Of a whole system, both ends of every channel are in the document; of one application, its own ends are. */
  readonly view: "system" | "application";
  readonly services: readonly Service[];
  readonly exceptions: readonly Exception[];
  /** Exchanges that are published to; the services' redelivery exchanges are not among them. */
  readonly exchanges: readonly Exchange[];
  readonly routes: readonly Route[];
  readonly queues: readonly Queue[];
  readonly messages: readonly Message[];
  readonly sends: readonly SendOperation[];
  /** One for each consumer, which may have several operations. */
  readonly receives: readonly ReceiveOperation[];
  /** The messages of each operation as the document states them, by its id. */
  readonly stated: ReadonlyMap<string, readonly Message[]>;
  /** Parts that AsyncAPI or `x-rabbitmq` do not allow; empty except for the lint. */
  readonly invalid: readonly Finding[];
  /** Findings because of which other parts of the document could not be read; empty except for the lint. */
  readonly unread: readonly Finding[];
  /** Schemas by their names in generated code. They refer to each other as `#/components/schemas/…`. */
  readonly schemas: Readonly<Record<string, JsonObject>>;
  /** The place of each schema in the document. */
  readonly schemaPointers: Readonly<Record<string, string>>;
}
