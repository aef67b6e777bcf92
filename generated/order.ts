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
  orderConfirmedMessage,
  orderCreatedMessage,
  orderExpiredMessage,
  orderRejectedMessage,
  orderShippedMessage,
  productChangedMessage,
  stockRejectedMessage,
  stockReservedMessage,
  type OrderCancelled,
  type OrderConfirmed,
  type OrderCreated,
  type OrderExpired,
  type OrderRejected,
  type OrderShipped,
  type ProductChanged,
  type StockRejected,
  type StockReserved,
} from "./messages.ts";

const orderCreatedRoute: PublishedMessage<OrderCreated> = {
  message: orderCreatedMessage,
  service: "order",
  exchange: "orders",
  routingKey: "order.created",
};

const orderConfirmedRoute: PublishedMessage<OrderConfirmed> = {
  message: orderConfirmedMessage,
  service: "order",
  exchange: "orders",
  routingKey: "order.confirmed",
};

const orderRejectedRoute: PublishedMessage<OrderRejected> = {
  message: orderRejectedMessage,
  service: "order",
  exchange: "orders",
  routingKey: "order.rejected",
};

const orderCancelledRoute: PublishedMessage<OrderCancelled> = {
  message: orderCancelledMessage,
  service: "order",
  exchange: "orders",
  routingKey: "order.cancelled",
};

const orderExpiredRoute: PublishedMessage<OrderExpired> = {
  message: orderExpiredMessage,
  service: "order",
  exchange: "orders",
  routingKey: "order.expired",
};

const orderShippedRoute: PublishedMessage<OrderShipped> = {
  message: orderShippedMessage,
  service: "order",
  exchange: "orders",
  routingKey: "order.shipped",
};

/**
 * Everything the order service sends. A call validates the payload, encodes it and adds it to the
 * transaction's outbox; the relay publishes it after the commit.
 *
 * Each call throws a MessagingError `message-invalid` when the payload breaks the contract.
 */
export interface Outbox<Transaction> {
  /** Sent once an order is accepted. Goes to exchange `orders` with key `order.created`. */
  orderCreated(tx: Transaction, payload: OrderCreated, context: MessageContext): void;
  /**
   * Sent once the inventory has reserved all lines of a pending order. Goes to exchange `orders` with
   * key `order.confirmed`.
   */
  orderConfirmed(tx: Transaction, payload: OrderConfirmed, context: MessageContext): void;
  /**
   * Sent once the inventory has refused a pending order. Goes to exchange `orders` with key
   * `order.rejected`.
   */
  orderRejected(tx: Transaction, payload: OrderRejected, context: MessageContext): void;
  /**
   * Sent when a pending or confirmed order is cancelled; releases its stock. Goes to exchange `orders`
   * with key `order.cancelled`.
   */
  orderCancelled(tx: Transaction, payload: OrderCancelled, context: MessageContext): void;
  /**
   * Sent when a pending order passes its deadline; releases its stock. Goes to exchange `orders` with
   * key `order.expired`.
   */
  orderExpired(tx: Transaction, payload: OrderExpired, context: MessageContext): void;
  /**
   * Sent when a confirmed order is shipped; takes its stock. Goes to exchange `orders` with key
   * `order.shipped`.
   */
  orderShipped(tx: Transaction, payload: OrderShipped, context: MessageContext): void;
}

export function createOutbox<Transaction>(append: AppendToOutbox<Transaction>): Outbox<Transaction> {
  return {
    orderCreated: (tx, payload, context) => append(tx, publishedMessage(orderCreatedRoute, payload, context)),
    orderConfirmed: (tx, payload, context) => append(tx, publishedMessage(orderConfirmedRoute, payload, context)),
    orderRejected: (tx, payload, context) => append(tx, publishedMessage(orderRejectedRoute, payload, context)),
    orderCancelled: (tx, payload, context) => append(tx, publishedMessage(orderCancelledRoute, payload, context)),
    orderExpired: (tx, payload, context) => append(tx, publishedMessage(orderExpiredRoute, payload, context)),
    orderShipped: (tx, payload, context) => append(tx, publishedMessage(orderShippedRoute, payload, context)),
  };
}

/** Messages of the queue `order.stock`, by the key of their handler. */
export interface StockMessages {
  /** Stock for every line of an order is reserved. */
  stockReserved: StockReserved;
  /** At least one line of an order cannot be reserved. */
  stockRejected: StockRejected;
}

const queueStock: ConsumedQueueDescriptor = {
  name: "order.stock",
  redeliveryExchange: "order.redelivery",
  deadLetterQueue: "order.stock.dead",
  retryTiers: [
    { queue: "order.stock.retry.1s", delay: 1000 },
    { queue: "order.stock.retry.10s", delay: 10000 },
    { queue: "order.stock.retry.60s", delay: 60000 },
  ],
  prefetch: 800,
  batchSize: 400,
};

/**
 * Consumes `order.stock`: The inventory's answers to orders. Confirms or rejects orders. Takes one
 * handler for each message of the queue.
 */
export function consumeStock<Transaction>(
  broker: Broker,
  inbox: Inbox<Transaction>,
  handlers: Handlers<StockMessages, Transaction>,
): Consumer {
  return broker.consume<StockMessages, Transaction>(queueStock, inbox, {
    stockReserved: { message: stockReservedMessage, handler: handlers.stockReserved },
    stockRejected: { message: stockRejectedMessage, handler: handlers.stockRejected },
  });
}

/** Messages of the queue `order.products`, by the key of their handler. */
export interface ProductsMessages {
  /** A product was created or changed. */
  productChanged: ProductChanged;
}

const queueProducts: ConsumedQueueDescriptor = {
  name: "order.products",
  redeliveryExchange: "order.redelivery",
  deadLetterQueue: "order.products.dead",
  retryTiers: [
    { queue: "order.products.retry.1s", delay: 1000 },
    { queue: "order.products.retry.10s", delay: 10000 },
    { queue: "order.products.retry.60s", delay: 60000 },
  ],
  prefetch: 800,
  batchSize: 400,
};

/**
 * Consumes `order.products`: Products, for the order service's own copy of names and prices. Keeps the
 * order service's copy of products. Takes one handler for each message of the queue.
 */
export function consumeProducts<Transaction>(
  broker: Broker,
  inbox: Inbox<Transaction>,
  handlers: Handlers<ProductsMessages, Transaction>,
): Consumer {
  return broker.consume<ProductsMessages, Transaction>(queueProducts, inbox, {
    productChanged: { message: productChangedMessage, handler: handlers.productChanged },
  });
}

/** The queues that the order service consumes. */
export const consumedQueues: readonly ConsumedQueueDescriptor[] = [queueStock, queueProducts];

/** What the order service owns on the broker, and what it waits for. */
export const topology: ServiceTopology = {
  service: "order",
  exchanges: [
    { name: "order.redelivery", type: "direct", durable: true, autoDelete: false },
    { name: "orders", type: "direct", durable: true, autoDelete: false },
  ],
  queues: [
    {
      name: "order.products",
      durable: true,
      arguments: {
        "x-queue-type": "quorum",
        "x-delivery-limit": 1000000,
        "x-dead-letter-exchange": "order.redelivery",
        "x-dead-letter-routing-key": "order.products.dead",
        "x-dead-letter-strategy": "at-least-once",
        "x-overflow": "reject-publish",
      },
      bindings: [
        { exchange: "inventory", routingKey: "product.changed" },
        { exchange: "order.redelivery", routingKey: "order.products" },
      ],
    },
    {
      name: "order.products.dead",
      durable: true,
      arguments: { "x-queue-type": "quorum", "x-delivery-limit": 1000000 },
      bindings: [{ exchange: "order.redelivery", routingKey: "order.products.dead" }],
    },
    {
      name: "order.products.retry.10s",
      durable: true,
      arguments: {
        "x-queue-type": "quorum",
        "x-delivery-limit": 1000000,
        "x-message-ttl": 10000,
        "x-dead-letter-exchange": "order.redelivery",
        "x-dead-letter-routing-key": "order.products",
        "x-dead-letter-strategy": "at-least-once",
        "x-overflow": "reject-publish",
      },
      bindings: [{ exchange: "order.redelivery", routingKey: "order.products.retry.10s" }],
    },
    {
      name: "order.products.retry.1s",
      durable: true,
      arguments: {
        "x-queue-type": "quorum",
        "x-delivery-limit": 1000000,
        "x-message-ttl": 1000,
        "x-dead-letter-exchange": "order.redelivery",
        "x-dead-letter-routing-key": "order.products",
        "x-dead-letter-strategy": "at-least-once",
        "x-overflow": "reject-publish",
      },
      bindings: [{ exchange: "order.redelivery", routingKey: "order.products.retry.1s" }],
    },
    {
      name: "order.products.retry.60s",
      durable: true,
      arguments: {
        "x-queue-type": "quorum",
        "x-delivery-limit": 1000000,
        "x-message-ttl": 60000,
        "x-dead-letter-exchange": "order.redelivery",
        "x-dead-letter-routing-key": "order.products",
        "x-dead-letter-strategy": "at-least-once",
        "x-overflow": "reject-publish",
      },
      bindings: [{ exchange: "order.redelivery", routingKey: "order.products.retry.60s" }],
    },
    {
      name: "order.stock",
      durable: true,
      arguments: {
        "x-queue-type": "quorum",
        "x-delivery-limit": 1000000,
        "x-dead-letter-exchange": "order.redelivery",
        "x-dead-letter-routing-key": "order.stock.dead",
        "x-dead-letter-strategy": "at-least-once",
        "x-overflow": "reject-publish",
      },
      bindings: [
        { exchange: "inventory", routingKey: "stock.reserved" },
        { exchange: "inventory", routingKey: "stock.rejected" },
        { exchange: "order.redelivery", routingKey: "order.stock" },
      ],
    },
    {
      name: "order.stock.dead",
      durable: true,
      arguments: { "x-queue-type": "quorum", "x-delivery-limit": 1000000 },
      bindings: [{ exchange: "order.redelivery", routingKey: "order.stock.dead" }],
    },
    {
      name: "order.stock.retry.10s",
      durable: true,
      arguments: {
        "x-queue-type": "quorum",
        "x-delivery-limit": 1000000,
        "x-message-ttl": 10000,
        "x-dead-letter-exchange": "order.redelivery",
        "x-dead-letter-routing-key": "order.stock",
        "x-dead-letter-strategy": "at-least-once",
        "x-overflow": "reject-publish",
      },
      bindings: [{ exchange: "order.redelivery", routingKey: "order.stock.retry.10s" }],
    },
    {
      name: "order.stock.retry.1s",
      durable: true,
      arguments: {
        "x-queue-type": "quorum",
        "x-delivery-limit": 1000000,
        "x-message-ttl": 1000,
        "x-dead-letter-exchange": "order.redelivery",
        "x-dead-letter-routing-key": "order.stock",
        "x-dead-letter-strategy": "at-least-once",
        "x-overflow": "reject-publish",
      },
      bindings: [{ exchange: "order.redelivery", routingKey: "order.stock.retry.1s" }],
    },
    {
      name: "order.stock.retry.60s",
      durable: true,
      arguments: {
        "x-queue-type": "quorum",
        "x-delivery-limit": 1000000,
        "x-message-ttl": 60000,
        "x-dead-letter-exchange": "order.redelivery",
        "x-dead-letter-routing-key": "order.stock",
        "x-dead-letter-strategy": "at-least-once",
        "x-overflow": "reject-publish",
      },
      bindings: [{ exchange: "order.redelivery", routingKey: "order.stock.retry.60s" }],
    },
  ],
  foreignExchanges: ["inventory"],
  routes: [
    { exchange: "orders", routingKey: "order.created", queues: ["inventory.orders"] },
    { exchange: "orders", routingKey: "order.confirmed", queues: ["notification.orders"] },
    { exchange: "orders", routingKey: "order.rejected", queues: ["notification.orders"] },
    {
      exchange: "orders",
      routingKey: "order.cancelled",
      queues: ["inventory.orders", "notification.orders"],
    },
    {
      exchange: "orders",
      routingKey: "order.expired",
      queues: ["inventory.orders", "notification.orders"],
    },
    {
      exchange: "orders",
      routingKey: "order.shipped",
      queues: ["inventory.orders", "notification.orders"],
    },
  ],
};
