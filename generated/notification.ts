// Generated from asyncapi/asyncapi.yaml (version 1.0.1) by `make generate`.
// Do not edit: change the contract and generate again.
import {
  type Broker,
  type ConsumedQueueDescriptor,
  type Consumer,
  type Handlers,
  type Inbox,
  type ServiceTopology,
} from "@rabbit-contract/messaging";
import {
  orderCancelledMessage,
  orderConfirmedMessage,
  orderExpiredMessage,
  orderRejectedMessage,
  orderShippedMessage,
  stockLowMessage,
  type OrderCancelled,
  type OrderConfirmed,
  type OrderExpired,
  type OrderRejected,
  type OrderShipped,
  type StockLow,
} from "./messages.ts";

/** Messages of the queue `notification.orders`, by the key of their handler. */
export interface OrdersMessages {
  /** All lines of an order are reserved. */
  orderConfirmed: OrderConfirmed;
  /** An order could not be served. */
  orderRejected: OrderRejected;
  /** The customer cancelled an order. */
  orderCancelled: OrderCancelled;
  /** An order passed its deadline unsettled. */
  orderExpired: OrderExpired;
  /** An order left the warehouse. */
  orderShipped: OrderShipped;
}

const queueOrders: ConsumedQueueDescriptor = {
  name: "notification.orders",
  redeliveryExchange: "notification.redelivery",
  deadLetterQueue: "notification.orders.dead",
  retryTiers: [
    { queue: "notification.orders.retry.1s", delay: 1000 },
    { queue: "notification.orders.retry.10s", delay: 10000 },
    { queue: "notification.orders.retry.60s", delay: 60000 },
  ],
  prefetch: 800,
  batchSize: 400,
};

/**
 * Consumes `notification.orders`: Orders whose customer has something to hear. Notifies customers.
 * Takes one handler for each message of the queue.
 */
export function consumeOrders<Transaction>(
  broker: Broker,
  inbox: Inbox<Transaction>,
  handlers: Handlers<OrdersMessages, Transaction>,
): Consumer {
  return broker.consume<OrdersMessages, Transaction>(queueOrders, inbox, {
    orderConfirmed: { message: orderConfirmedMessage, handler: handlers.orderConfirmed },
    orderRejected: { message: orderRejectedMessage, handler: handlers.orderRejected },
    orderCancelled: { message: orderCancelledMessage, handler: handlers.orderCancelled },
    orderExpired: { message: orderExpiredMessage, handler: handlers.orderExpired },
    orderShipped: { message: orderShippedMessage, handler: handlers.orderShipped },
  });
}

/** Messages of the queue `notification.stock`, by the key of their handler. */
export interface StockMessages {
  /** A product's available stock fell to its threshold. */
  stockLow: StockLow;
}

const queueStock: ConsumedQueueDescriptor = {
  name: "notification.stock",
  redeliveryExchange: "notification.redelivery",
  deadLetterQueue: "notification.stock.dead",
  retryTiers: [
    { queue: "notification.stock.retry.1s", delay: 1000 },
    { queue: "notification.stock.retry.10s", delay: 10000 },
    { queue: "notification.stock.retry.60s", delay: 60000 },
  ],
  prefetch: 800,
  batchSize: 400,
};

/**
 * Consumes `notification.stock`: Products that the operators have to restock. Notifies the operators.
 * Takes one handler for each message of the queue.
 */
export function consumeStock<Transaction>(
  broker: Broker,
  inbox: Inbox<Transaction>,
  handlers: Handlers<StockMessages, Transaction>,
): Consumer {
  return broker.consume<StockMessages, Transaction>(queueStock, inbox, {
    stockLow: { message: stockLowMessage, handler: handlers.stockLow },
  });
}

/** The queues that the notification service consumes. */
export const consumedQueues: readonly ConsumedQueueDescriptor[] = [queueOrders, queueStock];

/** What the notification service owns on the broker, and what it waits for. */
export const topology: ServiceTopology = {
  service: "notification",
  exchanges: [{ name: "notification.redelivery", type: "direct", durable: true, autoDelete: false }],
  queues: [
    {
      name: "notification.orders",
      durable: true,
      arguments: {
        "x-queue-type": "quorum",
        "x-delivery-limit": 1000000,
        "x-dead-letter-exchange": "notification.redelivery",
        "x-dead-letter-routing-key": "notification.orders.dead",
        "x-dead-letter-strategy": "at-least-once",
        "x-overflow": "reject-publish",
      },
      bindings: [
        { exchange: "orders", routingKey: "order.confirmed" },
        { exchange: "orders", routingKey: "order.rejected" },
        { exchange: "orders", routingKey: "order.cancelled" },
        { exchange: "orders", routingKey: "order.expired" },
        { exchange: "orders", routingKey: "order.shipped" },
        { exchange: "notification.redelivery", routingKey: "notification.orders" },
      ],
    },
    {
      name: "notification.orders.dead",
      durable: true,
      arguments: { "x-queue-type": "quorum", "x-delivery-limit": 1000000 },
      bindings: [{ exchange: "notification.redelivery", routingKey: "notification.orders.dead" }],
    },
    {
      name: "notification.orders.retry.10s",
      durable: true,
      arguments: {
        "x-queue-type": "quorum",
        "x-delivery-limit": 1000000,
        "x-message-ttl": 10000,
        "x-dead-letter-exchange": "notification.redelivery",
        "x-dead-letter-routing-key": "notification.orders",
        "x-dead-letter-strategy": "at-least-once",
        "x-overflow": "reject-publish",
      },
      bindings: [{ exchange: "notification.redelivery", routingKey: "notification.orders.retry.10s" }],
    },
    {
      name: "notification.orders.retry.1s",
      durable: true,
      arguments: {
        "x-queue-type": "quorum",
        "x-delivery-limit": 1000000,
        "x-message-ttl": 1000,
        "x-dead-letter-exchange": "notification.redelivery",
        "x-dead-letter-routing-key": "notification.orders",
        "x-dead-letter-strategy": "at-least-once",
        "x-overflow": "reject-publish",
      },
      bindings: [{ exchange: "notification.redelivery", routingKey: "notification.orders.retry.1s" }],
    },
    {
      name: "notification.orders.retry.60s",
      durable: true,
      arguments: {
        "x-queue-type": "quorum",
        "x-delivery-limit": 1000000,
        "x-message-ttl": 60000,
        "x-dead-letter-exchange": "notification.redelivery",
        "x-dead-letter-routing-key": "notification.orders",
        "x-dead-letter-strategy": "at-least-once",
        "x-overflow": "reject-publish",
      },
      bindings: [{ exchange: "notification.redelivery", routingKey: "notification.orders.retry.60s" }],
    },
    {
      name: "notification.stock",
      durable: true,
      arguments: {
        "x-queue-type": "quorum",
        "x-delivery-limit": 1000000,
        "x-dead-letter-exchange": "notification.redelivery",
        "x-dead-letter-routing-key": "notification.stock.dead",
        "x-dead-letter-strategy": "at-least-once",
        "x-overflow": "reject-publish",
      },
      bindings: [
        { exchange: "inventory", routingKey: "stock.low" },
        { exchange: "notification.redelivery", routingKey: "notification.stock" },
      ],
    },
    {
      name: "notification.stock.dead",
      durable: true,
      arguments: { "x-queue-type": "quorum", "x-delivery-limit": 1000000 },
      bindings: [{ exchange: "notification.redelivery", routingKey: "notification.stock.dead" }],
    },
    {
      name: "notification.stock.retry.10s",
      durable: true,
      arguments: {
        "x-queue-type": "quorum",
        "x-delivery-limit": 1000000,
        "x-message-ttl": 10000,
        "x-dead-letter-exchange": "notification.redelivery",
        "x-dead-letter-routing-key": "notification.stock",
        "x-dead-letter-strategy": "at-least-once",
        "x-overflow": "reject-publish",
      },
      bindings: [{ exchange: "notification.redelivery", routingKey: "notification.stock.retry.10s" }],
    },
    {
      name: "notification.stock.retry.1s",
      durable: true,
      arguments: {
        "x-queue-type": "quorum",
        "x-delivery-limit": 1000000,
        "x-message-ttl": 1000,
        "x-dead-letter-exchange": "notification.redelivery",
        "x-dead-letter-routing-key": "notification.stock",
        "x-dead-letter-strategy": "at-least-once",
        "x-overflow": "reject-publish",
      },
      bindings: [{ exchange: "notification.redelivery", routingKey: "notification.stock.retry.1s" }],
    },
    {
      name: "notification.stock.retry.60s",
      durable: true,
      arguments: {
        "x-queue-type": "quorum",
        "x-delivery-limit": 1000000,
        "x-message-ttl": 60000,
        "x-dead-letter-exchange": "notification.redelivery",
        "x-dead-letter-routing-key": "notification.stock",
        "x-dead-letter-strategy": "at-least-once",
        "x-overflow": "reject-publish",
      },
      bindings: [{ exchange: "notification.redelivery", routingKey: "notification.stock.retry.60s" }],
    },
  ],
  foreignExchanges: ["inventory", "orders"],
  routes: [],
};
