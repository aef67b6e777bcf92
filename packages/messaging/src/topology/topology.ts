/** What a service's part of the contract looks like to the broker. Written by the generator, read by the runtime. */

export interface ExchangeDescriptor {
  readonly name: string;
  readonly type: "direct" | "topic" | "fanout" | "headers";
  readonly durable: boolean;
  readonly autoDelete: boolean;
}

export interface QueueBinding {
  readonly exchange: string;
  readonly routingKey: string;
}

/** A queue with one TTL; what expires in it goes back to the queue that it delays. */
export interface RetryTier {
  readonly queue: string;
  /** Milliseconds that a message waits here. */
  readonly delay: number;
}

export interface QueueDescriptor {
  readonly name: string;
  readonly durable: boolean;
  /** Every argument is explicit, since brokers of different versions have different defaults. */
  readonly arguments: Readonly<Record<string, string | number | boolean>>;
  readonly bindings: readonly QueueBinding[];
}

/** A queue that a service consumes, with the routes its failures take. */
export interface ConsumedQueueDescriptor {
  readonly name: string;
  /** The service's exchange for retries and dead letters; routing keys on it are queue names. */
  readonly redeliveryExchange: string;
  readonly deadLetterQueue: string;
  /** Shortest delay first. */
  readonly retryTiers: readonly RetryTier[];
  /** Deliveries that the broker may hand over before the first ack. */
  readonly prefetch: number;
  /** Deliveries that a handler gets at once, at most. */
  readonly batchSize: number;
}

/** A route that a service publishes on. */
export interface PublishedRoute {
  readonly exchange: string;
  readonly routingKey: string;
  /** Own or others', that its messages must reach: nothing is published on it before all of them exist. */
  readonly queues: readonly string[];
}

export interface ServiceTopology {
  readonly service: string;
  /** Declared by the service: the exchanges it publishes to and its redelivery exchange. */
  readonly exchanges: readonly ExchangeDescriptor[];
  /** Declared by the service: the queues it consumes, their retry tiers and dead-letter queues. */
  readonly queues: readonly QueueDescriptor[];
  /** Owned by others, only checked: exchanges that the service's queues are bound to. */
  readonly foreignExchanges: readonly string[];
  readonly routes: readonly PublishedRoute[];
}

/** Everything the contract puts on the broker. */
export interface SystemTopology {
  readonly exchanges: readonly ExchangeDescriptor[];
  readonly queues: readonly QueueDescriptor[];
}
