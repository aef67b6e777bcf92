/**
 * The contract as the tools see it: services, exchanges, queues, messages and who sends and receives what,
 * each with its place in the source. Lint, generator, catalogue and topology all read this one model.
 */
import type { ExchangeDescriptor } from "@rabbit-contract/messaging";
import type { JsonObject, JsonValue, Place, Source } from "./source.ts";

export interface Service {
  readonly name: string;
  readonly description: string;
  readonly redeliveryExchange: string;
  readonly place: Place;
}

export interface Exchange {
  readonly name: string;
  readonly type: ExchangeDescriptor["type"];
  readonly durable: boolean;
  readonly autoDelete: boolean;
  readonly place: Place;
}

export interface Message {
  /** Key under `components/messages`, e.g. `basketFilled`: its name in generated code. */
  readonly key: string;
  /** AMQP `type`, e.g. `basket.filled`. */
  readonly name: string;
  readonly summary: string;
  /** Names under `components/schemas`. */
  readonly payload: string;
  readonly headers: string;
  /** The `const` of the `schema-version` header. */
  readonly schemaVersion: number;
  /** Where in the payload the AMQP `correlation_id` is, key by key; undefined for the message's own id. */
  readonly correlationId: { readonly path: readonly string[]; readonly place: Place } | undefined;
  readonly examples: readonly MessageExample[];
  readonly place: Place;
}

export interface MessageExample {
  readonly name: string;
  readonly payload: JsonValue | undefined;
  readonly headers: JsonValue | undefined;
  readonly place: Place;
}

/** A channel that is published to: an exchange and a routing key. */
export interface Route {
  readonly channel: string;
  readonly exchange: Exchange;
  readonly routingKey: string;
  readonly messages: readonly Message[];
  readonly place: Place;
}

export interface Binding {
  readonly exchange: string;
  readonly routingKey: string;
  readonly place: Place;
}

export interface RetryTier {
  readonly queue: string;
  /** Milliseconds. */
  readonly delay: number;
  readonly place: Place;
}

/** A channel that is a queue. */
export interface Queue {
  readonly channel: string;
  readonly name: string;
  readonly description: string;
  readonly durable: boolean;
  readonly exclusive: boolean;
  readonly autoDelete: boolean;
  readonly type: "quorum" | "classic";
  readonly deliveryLimit: number | undefined;
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
  readonly summary: string;
  readonly messages: readonly Message[];
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
  readonly services: readonly Service[];
  /** Exchanges that are published to; the services' redelivery exchanges are not among them. */
  readonly exchanges: readonly Exchange[];
  readonly routes: readonly Route[];
  readonly queues: readonly Queue[];
  readonly messages: readonly Message[];
  readonly sends: readonly SendOperation[];
  readonly receives: readonly ReceiveOperation[];
  /** `components/schemas` as written, with references. */
  readonly schemas: Readonly<Record<string, JsonObject>>;
}
