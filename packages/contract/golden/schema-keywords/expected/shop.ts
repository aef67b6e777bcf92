// Generated from packages/contract/golden/schema-keywords/asyncapi.yaml (version 0.1.0) by `make generate`.
// Do not edit: change the contract and generate again.
import {
  type AppendToOutbox,
  type MessageContext,
  type PublishedMessage,
  type ServiceTopology,
  publishedMessage,
} from "@rabbit-contract/messaging";
import { basketFilledMessage, type BasketFilled } from "./messages.ts";

const basketFilledRoute: PublishedMessage<BasketFilled> = {
  message: basketFilledMessage,
  service: "shop",
  exchange: "shop",
  routingKey: "basket.filled",
};

/**
 * Everything the shop service sends. A call validates the payload, encodes it and adds it to the
 * transaction's outbox; the relay publishes it after the commit.
 *
 * Each call throws a MessagingError `message-invalid` when the payload breaks the contract.
 */
export interface Outbox<Transaction> {
  /** Sent when a basket is full. Goes to exchange `shop` with key `basket.filled`. */
  basketFilled(tx: Transaction, payload: BasketFilled, context: MessageContext): void;
}

export function createOutbox<Transaction>(append: AppendToOutbox<Transaction>): Outbox<Transaction> {
  return {
    basketFilled: (tx, payload, context) => append(tx, publishedMessage(basketFilledRoute, payload, context)),
  };
}

/** What the shop service owns on the broker, and what it waits for. */
export const topology: ServiceTopology = {
  service: "shop",
  exchanges: [{ name: "shop", type: "direct", durable: true, autoDelete: false }],
  queues: [],
  foreignExchanges: [],
  routes: [{ exchange: "shop", routingKey: "basket.filled", queues: ["till.baskets"] }],
};
