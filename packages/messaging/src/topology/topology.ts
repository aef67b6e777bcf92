/** A service's part of the contract, as the broker sees it. The generator writes it, the runtime reads it. */

export type ExchangeType = "direct" | "topic" | "fanout" | "headers";

/** Of an exchange, a queue or a binding. */
export type Arguments = Readonly<Record<string, string | number | boolean>>;

export interface ExchangeDescriptor {
  readonly name: string;
  readonly type: ExchangeType;
  readonly durable: boolean;
  readonly autoDelete: boolean;
  /** @default none */
  readonly arguments?: Arguments;
}

/** What a contract says about an exchange of a service that is not a plain direct one. */
export interface ExchangeSettings {
  /** @default "direct" */
  readonly type?: ExchangeType;
  /** For example `alternate-exchange`. @default none */
  readonly arguments?: Arguments;
}

export interface QueueBinding {
  readonly exchange: string;
  /** A pattern on a topic exchange; fanout and headers exchanges ignore it. */
  readonly routingKey: string;
  /** What a headers exchange compares with a message's headers. @default none */
  readonly arguments?: Arguments;
}

/** A queue with one TTL; messages that expire in it return to the queue that it delays. */
export interface RetryTier {
  readonly queue: string;
  /** Milliseconds that a message waits here. */
  readonly delay: number;
}

export interface QueueDescriptor {
  readonly name: string;
  readonly durable: boolean;
  /** Every argument is explicit, because defaults differ between broker versions. */
  readonly arguments: Arguments;
  readonly bindings: readonly QueueBinding[];
}

/** A queue that a service consumes, and where its failed messages go. */
export interface ConsumedQueueDescriptor {
  readonly name: string;
  /** The service's exchange for retries and dead letters; routing keys on it are queue names. */
  readonly redeliveryExchange: string;
  readonly deadLetterQueue: string;
  /** Shortest delay first. */
  readonly retryTiers: readonly RetryTier[];
  /** Arguments of the queue itself, beside those that follow from the others here. @default none */
  readonly arguments?: QueueDescriptor["arguments"];
  /** Unacknowledged deliveries that the broker allows. */
  readonly prefetch: number;
  /** The most deliveries that a handler gets at once. */
  readonly batchSize: number;
}

export interface PublishedRoute {
  readonly exchange: string;
  /** With parameters, `{name}` stands for one word of the key. */
  readonly routingKey: string;
  /** Each `{name}` of the routing key. @default none */
  readonly parameters?: Readonly<Record<string, RouteParameter>>;
  /** The service's own or others' queues that its messages must reach; nothing is published before all of them exist. */
  readonly queues: readonly string[];
}

export interface RouteParameter {
  /** @default any word */
  readonly values?: readonly string[];
  /** Where the payload has it, key by key. @default the publisher is given it beside the payload */
  readonly path?: readonly string[];
}

export interface ServiceTopology {
  readonly service: string;
  /** Declared by the service: the exchanges it publishes to and its redelivery exchange. */
  readonly exchanges: readonly ExchangeDescriptor[];
  /** Declared by the service: the queues it consumes, their retry tiers and dead-letter queues. */
  readonly queues: readonly QueueDescriptor[];
  /** Exchanges of other services that the service's queues are bound to; only checked. */
  readonly foreignExchanges: readonly string[];
  readonly routes: readonly PublishedRoute[];
}

/** Everything that the contract declares on the broker. */
export interface SystemTopology {
  readonly exchanges: readonly ExchangeDescriptor[];
  readonly queues: readonly QueueDescriptor[];
}
