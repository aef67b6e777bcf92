// Generated from asyncapi/asyncapi.yaml (version 1.0.1) by `make generate`.
// Do not edit: change the contract and generate again.
import {
  type AppendToOutbox,
  type Broker,
  type ConsumedQueueDescriptor,
  type Consumer,
  type Handlers,
  type Inbox,
  type MessageContext,
  type PublishedMessage,
  type ServiceTopology,
  publishedMessage,
} from "@rabbit-contract/messaging";
import {
  orderCancelledMessage,
  orderCreatedMessage,
  orderExpiredMessage,
  orderShippedMessage,
  productChangedMessage,
  stockLowMessage,
  stockRejectedMessage,
  stockReservedMessage,
  type OrderCancelled,
  type OrderCreated,
  type OrderExpired,
  type OrderShipped,
  type ProductChanged,
  type StockLow,
  type StockRejected,
  type StockReserved,
} from "./messages.ts";

const stockReservedRoute: PublishedMessage<StockReserved> = {
  message: stockReservedMessage,
  service: "inventory",
  exchange: "inventory",
  routingKey: "stock.reserved",
};

const stockRejectedRoute: PublishedMessage<StockRejected> = {
  message: stockRejectedMessage,
  service: "inventory",
  exchange: "inventory",
  routingKey: "stock.rejected",
};

const productChangedRoute: PublishedMessage<ProductChanged> = {
  message: productChangedMessage,
  service: "inventory",
  exchange: "inventory",
  routingKey: "product.changed",
};

const stockLowRoute: PublishedMessage<StockLow> = {
  message: stockLowMessage,
  service: "inventory",
  exchange: "inventory",
  routingKey: "stock.low",
};

/**
 * Everything the inventory service sends. A call validates the payload, encodes it and adds it to the
 * transaction's outbox; the relay publishes it after the commit.
 *
 * Each call throws a MessagingError `message-invalid` when the payload breaks the contract.
 */
export interface Outbox<Transaction> {
  /**
   * Answers order.created when all lines are reserved. Goes to exchange `inventory` with key
   * `stock.reserved`.
   */
  stockReserved(tx: Transaction, payload: StockReserved, context: MessageContext): void;
  /**
   * Answers order.created when at least one line cannot be reserved; then none is. Goes to exchange
   * `inventory` with key `stock.rejected`.
   */
  stockRejected(tx: Transaction, payload: StockRejected, context: MessageContext): void;
  /** Sent with every version of a product. Goes to exchange `inventory` with key `product.changed`. */
  productChanged(tx: Transaction, payload: ProductChanged, context: MessageContext): void;
  /**
   * Sent once each time the available stock falls to the product's threshold. Goes to exchange
   * `inventory` with key `stock.low`.
   */
  stockLow(tx: Transaction, payload: StockLow, context: MessageContext): void;
}

export function createOutbox<Transaction>(append: AppendToOutbox<Transaction>): Outbox<Transaction> {
  return {
    stockReserved: (tx, payload, context) => append(tx, publishedMessage(stockReservedRoute, payload, context)),
    stockRejected: (tx, payload, context) => append(tx, publishedMessage(stockRejectedRoute, payload, context)),
    productChanged: (tx, payload, context) => append(tx, publishedMessage(productChangedRoute, payload, context)),
    stockLow: (tx, payload, context) => append(tx, publishedMessage(stockLowRoute, payload, context)),
  };
}

/** Messages of the queue `inventory.orders`, by the key of their handler. */
export interface OrdersMessages {
  /** An order was accepted and waits for its stock. */
  orderCreated: OrderCreated;
  /** The customer cancelled an order. */
  orderCancelled: OrderCancelled;
  /** An order passed its deadline unsettled. */
  orderExpired: OrderExpired;
  /** An order left the warehouse. */
  orderShipped: OrderShipped;
}

const queueOrders: ConsumedQueueDescriptor = {
  name: "inventory.orders",
  redeliveryExchange: "inventory.redelivery",
  deadLetterQueue: "inventory.orders.dead",
  retryTiers: [
    { queue: "inventory.orders.retry.1s", delay: 1000 },
    { queue: "inventory.orders.retry.10s", delay: 10000 },
    { queue: "inventory.orders.retry.60s", delay: 60000 },
  ],
  prefetch: 800,
  batchSize: 400,
};

/**
 * Consumes `inventory.orders`: Orders to reserve stock for, and orders that release or take what was
 * reserved. Reserves, releases and takes stock. Takes one handler for each message of the queue.
 */
export function consumeOrders<Transaction>(
  broker: Broker,
  inbox: Inbox<Transaction>,
  handlers: Handlers<OrdersMessages, Transaction>,
): Consumer {
  return broker.consume<OrdersMessages, Transaction>(queueOrders, inbox, {
    orderCreated: { message: orderCreatedMessage, handler: handlers.orderCreated },
    orderCancelled: { message: orderCancelledMessage, handler: handlers.orderCancelled },
    orderExpired: { message: orderExpiredMessage, handler: handlers.orderExpired },
    orderShipped: { message: orderShippedMessage, handler: handlers.orderShipped },
  });
}

/** The queues that the inventory service consumes. */
export const consumedQueues: readonly ConsumedQueueDescriptor[] = [queueOrders];

/** What the inventory service owns on the broker, and what it waits for. */
export const topology: ServiceTopology = {
  service: "inventory",
  exchanges: [
    { name: "inventory", type: "direct", durable: true, autoDelete: false },
    { name: "inventory.redelivery", type: "direct", durable: true, autoDelete: false },
  ],
  queues: [
    {
      name: "inventory.orders",
      durable: true,
      arguments: {
        "x-queue-type": "quorum",
        "x-delivery-limit": 1000000,
        "x-dead-letter-exchange": "inventory.redelivery",
        "x-dead-letter-routing-key": "inventory.orders.dead",
        "x-dead-letter-strategy": "at-least-once",
        "x-overflow": "reject-publish",
      },
      bindings: [
        { exchange: "orders", routingKey: "order.created" },
        { exchange: "orders", routingKey: "order.cancelled" },
        { exchange: "orders", routingKey: "order.expired" },
        { exchange: "orders", routingKey: "order.shipped" },
        { exchange: "inventory.redelivery", routingKey: "inventory.orders" },
      ],
    },
    {
      name: "inventory.orders.dead",
      durable: true,
      arguments: { "x-queue-type": "quorum", "x-delivery-limit": 1000000 },
      bindings: [{ exchange: "inventory.redelivery", routingKey: "inventory.orders.dead" }],
    },
    {
      name: "inventory.orders.retry.10s",
      durable: true,
      arguments: {
        "x-queue-type": "quorum",
        "x-delivery-limit": 1000000,
        "x-message-ttl": 10000,
        "x-dead-letter-exchange": "inventory.redelivery",
        "x-dead-letter-routing-key": "inventory.orders",
        "x-dead-letter-strategy": "at-least-once",
        "x-overflow": "reject-publish",
      },
      bindings: [{ exchange: "inventory.redelivery", routingKey: "inventory.orders.retry.10s" }],
    },
    {
      name: "inventory.orders.retry.1s",
      durable: true,
      arguments: {
        "x-queue-type": "quorum",
        "x-delivery-limit": 1000000,
        "x-message-ttl": 1000,
        "x-dead-letter-exchange": "inventory.redelivery",
        "x-dead-letter-routing-key": "inventory.orders",
        "x-dead-letter-strategy": "at-least-once",
        "x-overflow": "reject-publish",
      },
      bindings: [{ exchange: "inventory.redelivery", routingKey: "inventory.orders.retry.1s" }],
    },
    {
      name: "inventory.orders.retry.60s",
      durable: true,
      arguments: {
        "x-queue-type": "quorum",
        "x-delivery-limit": 1000000,
        "x-message-ttl": 60000,
        "x-dead-letter-exchange": "inventory.redelivery",
        "x-dead-letter-routing-key": "inventory.orders",
        "x-dead-letter-strategy": "at-least-once",
        "x-overflow": "reject-publish",
      },
      bindings: [{ exchange: "inventory.redelivery", routingKey: "inventory.orders.retry.60s" }],
    },
  ],
  foreignExchanges: ["orders"],
  routes: [
    { exchange: "inventory", routingKey: "stock.reserved", queues: ["order.stock"] },
    { exchange: "inventory", routingKey: "stock.rejected", queues: ["order.stock"] },
    { exchange: "inventory", routingKey: "product.changed", queues: ["order.products"] },
    { exchange: "inventory", routingKey: "stock.low", queues: ["notification.stock"] },
  ],
};
