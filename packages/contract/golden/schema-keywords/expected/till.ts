// Generated from packages/contract/golden/schema-keywords/asyncapi.yaml (version 0.1.0) by `make generate`.
// Do not edit: change the contract and generate again.
import {
  type Broker,
  type ConsumedQueueDescriptor,
  type Consumer,
  type Handlers,
  type Inbox,
  type ServiceTopology,
} from "@rabbit-contract/messaging";
import { basketFilledMessage, type BasketFilled } from "./messages.ts";

/** Messages of the queue `till.baskets`, by the key of their handler. */
export interface BasketsMessages {
  /** A basket is full. */
  basketFilled: BasketFilled;
}

const queueBaskets: ConsumedQueueDescriptor = {
  name: "till.baskets",
  redeliveryExchange: "till.redelivery",
  deadLetterQueue: "till.baskets.dead",
  retryTiers: [{ queue: "till.baskets.retry.1s", delay: 1000 }],
  prefetch: 20,
  batchSize: 10,
};

/**
 * Consumes `till.baskets`: Baskets to be paid. Lets the customer pay. Takes one handler for each
 * message of the queue.
 */
export function consumeBaskets<Transaction>(
  broker: Broker,
  inbox: Inbox<Transaction>,
  handlers: Handlers<BasketsMessages, Transaction>,
): Consumer {
  return broker.consume<BasketsMessages, Transaction>(queueBaskets, inbox, {
    basketFilled: { message: basketFilledMessage, handler: handlers.basketFilled },
  });
}

/** The queues that the till service consumes. */
export const consumedQueues: readonly ConsumedQueueDescriptor[] = [queueBaskets];

/** What the till service owns on the broker, and what it waits for. */
export const topology: ServiceTopology = {
  service: "till",
  exchanges: [{ name: "till.redelivery", type: "direct", durable: true, autoDelete: false }],
  queues: [
    {
      name: "till.baskets",
      durable: true,
      arguments: {
        "x-queue-type": "quorum",
        "x-delivery-limit": 1000000,
        "x-dead-letter-exchange": "till.redelivery",
        "x-dead-letter-routing-key": "till.baskets.dead",
        "x-dead-letter-strategy": "at-least-once",
        "x-overflow": "reject-publish",
      },
      bindings: [
        { exchange: "shop", routingKey: "basket.filled" },
        { exchange: "till.redelivery", routingKey: "till.baskets" },
      ],
    },
    {
      name: "till.baskets.dead",
      durable: true,
      arguments: { "x-queue-type": "quorum", "x-delivery-limit": 1000000 },
      bindings: [{ exchange: "till.redelivery", routingKey: "till.baskets.dead" }],
    },
    {
      name: "till.baskets.retry.1s",
      durable: true,
      arguments: {
        "x-queue-type": "quorum",
        "x-delivery-limit": 1000000,
        "x-message-ttl": 1000,
        "x-dead-letter-exchange": "till.redelivery",
        "x-dead-letter-routing-key": "till.baskets",
        "x-dead-letter-strategy": "at-least-once",
        "x-overflow": "reject-publish",
      },
      bindings: [{ exchange: "till.redelivery", routingKey: "till.baskets.retry.1s" }],
    },
  ],
  foreignExchanges: ["shop"],
  routes: [],
};
