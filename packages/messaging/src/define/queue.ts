/** What generated code says about a queue that a service consumes, and the types that follow from it. */
import type { Handler } from "../consume/handler.ts";
import type { MessageDescriptor, PayloadOf } from "../message/message.ts";
import type { ConsumedQueueDescriptor, QueueBinding } from "../topology/topology.ts";

/** A queue that a service consumes, with all that the contract says about it. */
export interface QueueDefinition extends ConsumedQueueDescriptor {
  /** `x-delivery-limit` of the queue, its retry tiers and its dead-letter queue. */
  readonly deliveryLimit: number;
  /** Where its messages come from; the redelivery exchange is bound without being named here. */
  readonly bindings: readonly QueueBinding[];
  /** The messages that it takes, by the name of their handler. */
  readonly messages: Readonly<Record<string, MessageDescriptor<unknown>>>;
}

/** The payload of each message of a queue, by the name of its handler. */
export type Payloads<Queue extends QueueDefinition> = {
  readonly [Key in keyof Queue["messages"]]: PayloadOf<Queue["messages"][Key]>;
};

/** One handler for each message of a queue. */
export type Handlers<Queue extends QueueDefinition, Transaction> = {
  readonly [Key in keyof Queue["messages"]]: Handler<PayloadOf<Queue["messages"][Key]>, Transaction>;
};

export function defineQueue<const Queue extends QueueDefinition>(queue: Queue): Queue {
  return queue;
}
