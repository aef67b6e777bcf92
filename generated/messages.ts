// Generated from asyncapi/asyncapi.yaml (version 1.0.1) by `make generate`.
// Do not edit: change the contract and generate again.
import { Type } from "@sinclair/typebox";
import {
  isArray,
  isDateTime,
  isObject,
  isUuid,
  longerThan,
  missing,
  mustBe,
  mustBeOneOf,
  mustHave,
  mustMatch,
  own,
  type Problem,
  unknownKey,
  within,
} from "@rabbit-contract/messaging/validation";
import { defineMessage } from "@rabbit-contract/messaging";

/**
 * Headers of every message. The producer sets the first four; the consuming service's runtime adds the
 * others when it sends a message through its redelivery exchange.
 */
export interface MessageHeaders {
  /** Version of the payload's schema. A consumer refuses a version that it does not know. */
  "schema-version": 1;
  /** Id of the message that caused this one; absent when a request or a clock did. */
  "causation-id"?: string;
  /** W3C trace context of what caused the message. */
  traceparent?: string;
  /** W3C trace state that goes with `traceparent`. */
  tracestate?: string;
  /** Attempts that have failed so far. */
  "retry-attempt"?: number;
  /** When the first attempt failed. */
  "first-failed-at"?: string;
  /** Why the last attempt failed. */
  "failure-reason"?: string;
  /** When the message was given up and sent to the dead-letter queue. */
  "dead-lettered-at"?: string;
  /**
   * Which kind of failure ended it: content that is not JSON, a schema violation, a type or version that
   * the queue does not take, a permanent failure of the handler, a transient one that outlived every
   * retry tier, or a message that ended the process handling it three times.
   */
  "dead-letter-reason"?:
    | "undecodable"
    | "invalid"
    | "unknown-message"
    | "rejected"
    | "retries-exhausted"
    | "quarantined";
  /** Exchange that the message was first published to. */
  "original-exchange"?: string;
  /** Routing key that the message was first published with. */
  "original-routing-key"?: string;
}

export const MessageHeaders = Type.Object(
  {
    "schema-version": Type.Literal(
      1,
      { description: "Version of the payload's schema. A consumer refuses a version that it does not know." },
    ),
    "causation-id": Type.Optional(Type.String({
      format: "uuid",
      description: "Id of the message that caused this one; absent when a request or a clock did.",
    })),
    traceparent: Type.Optional(Type.String({
      pattern: "^[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$",
      description: "W3C trace context of what caused the message.",
    })),
    tracestate: Type.Optional(Type.String({
      maxLength: 512,
      description: "W3C trace state that goes with `traceparent`.",
    })),
    "retry-attempt": Type.Optional(Type.Integer({
      minimum: 1,
      maximum: 1000,
      description: "Attempts that have failed so far.",
    })),
    "first-failed-at": Type.Optional(Type.String({
      format: "date-time",
      description: "When the first attempt failed.",
    })),
    "failure-reason": Type.Optional(Type.String({
      maxLength: 500,
      description: "Why the last attempt failed.",
    })),
    "dead-lettered-at": Type.Optional(Type.String({
      format: "date-time",
      description: "When the message was given up and sent to the dead-letter queue.",
    })),
    "dead-letter-reason": Type.Optional(Type.Union(
      [
        Type.Literal("undecodable"),
        Type.Literal("invalid"),
        Type.Literal("unknown-message"),
        Type.Literal("rejected"),
        Type.Literal("retries-exhausted"),
        Type.Literal("quarantined"),
      ],
      {
        description: "Which kind of failure ended it: content that is not JSON, a schema violation, a type or version that the queue does not take, a permanent failure of the handler, a transient one that outlived every retry tier, or a message that ended the process handling it three times.",
      },
    )),
    "original-exchange": Type.Optional(Type.String({
      maxLength: 255,
      description: "Exchange that the message was first published to.",
    })),
    "original-routing-key": Type.Optional(Type.String({
      maxLength: 255,
      description: "Routing key that the message was first published with.",
    })),
  },
  {
    description: "Headers of every message. The producer sets the first four; the consuming service's runtime adds the others when it sends a message through its redelivery exchange.",
  },
);

const messageHeadersTraceparentPattern = /^[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$/u;
const messageHeadersDeadLetterReasonValues = new Set<unknown>([
  "undecodable",
  "invalid",
  "unknown-message",
  "rejected",
  "retries-exhausted",
  "quarantined",
]);
const messageHeadersKeys = new Set<string>([
  "schema-version",
  "causation-id",
  "traceparent",
  "tracestate",
  "retry-attempt",
  "first-failed-at",
  "failure-reason",
  "dead-lettered-at",
  "dead-letter-reason",
  "original-exchange",
  "original-routing-key",
]);

export function checkMessageHeaders(value: unknown, closed: boolean): Problem | undefined {
  if (!isObject(value)) return mustBe("an object", value);
  const schemaVersion = own(value, "schema-version");
  if (schemaVersion === undefined) return missing("/schema-version");
  if (schemaVersion !== 1) return mustBe("1", schemaVersion, "/schema-version");
  const causationId = own(value, "causation-id");
  if (causationId !== undefined) {
    if (typeof causationId !== "string") return mustBe("a string", causationId, "/causation-id");
    if (!isUuid(causationId)) return mustBe("a UUID", causationId, "/causation-id");
  }
  const traceparent = own(value, "traceparent");
  if (traceparent !== undefined) {
    if (typeof traceparent !== "string") return mustBe("a string", traceparent, "/traceparent");
    if (!messageHeadersTraceparentPattern.test(traceparent)) {
      return mustMatch(messageHeadersTraceparentPattern, traceparent, "/traceparent");
    }
  }
  const tracestate = own(value, "tracestate");
  if (tracestate !== undefined) {
    if (typeof tracestate !== "string") return mustBe("a string", tracestate, "/tracestate");
    if (longerThan(tracestate, 512)) {
      return mustBe("at most 512 characters long", tracestate, "/tracestate");
    }
  }
  const retryAttempt = own(value, "retry-attempt");
  if (retryAttempt !== undefined) {
    if (typeof retryAttempt !== "number" || !Number.isInteger(retryAttempt)) {
      return mustBe("an integer", retryAttempt, "/retry-attempt");
    }
    if (retryAttempt < 1) return mustBe("at least 1", retryAttempt, "/retry-attempt");
    if (retryAttempt > 1000) return mustBe("at most 1000", retryAttempt, "/retry-attempt");
  }
  const firstFailedAt = own(value, "first-failed-at");
  if (firstFailedAt !== undefined) {
    if (typeof firstFailedAt !== "string") return mustBe("a string", firstFailedAt, "/first-failed-at");
    if (!isDateTime(firstFailedAt)) {
      return mustBe("a date and time as in RFC 3339", firstFailedAt, "/first-failed-at");
    }
  }
  const failureReason = own(value, "failure-reason");
  if (failureReason !== undefined) {
    if (typeof failureReason !== "string") return mustBe("a string", failureReason, "/failure-reason");
    if (longerThan(failureReason, 500)) {
      return mustBe("at most 500 characters long", failureReason, "/failure-reason");
    }
  }
  const deadLetteredAt = own(value, "dead-lettered-at");
  if (deadLetteredAt !== undefined) {
    if (typeof deadLetteredAt !== "string") {
      return mustBe("a string", deadLetteredAt, "/dead-lettered-at");
    }
    if (!isDateTime(deadLetteredAt)) {
      return mustBe("a date and time as in RFC 3339", deadLetteredAt, "/dead-lettered-at");
    }
  }
  const deadLetterReason = own(value, "dead-letter-reason");
  if (deadLetterReason !== undefined) {
    if (!messageHeadersDeadLetterReasonValues.has(deadLetterReason)) {
      return mustBeOneOf(messageHeadersDeadLetterReasonValues, deadLetterReason, "/dead-letter-reason");
    }
  }
  const originalExchange = own(value, "original-exchange");
  if (originalExchange !== undefined) {
    if (typeof originalExchange !== "string") {
      return mustBe("a string", originalExchange, "/original-exchange");
    }
    if (longerThan(originalExchange, 255)) {
      return mustBe("at most 255 characters long", originalExchange, "/original-exchange");
    }
  }
  const originalRoutingKey = own(value, "original-routing-key");
  if (originalRoutingKey !== undefined) {
    if (typeof originalRoutingKey !== "string") {
      return mustBe("a string", originalRoutingKey, "/original-routing-key");
    }
    if (longerThan(originalRoutingKey, 255)) {
      return mustBe("at most 255 characters long", originalRoutingKey, "/original-routing-key");
    }
  }
  return closed ? unknownKey(value, messageHeadersKeys) : undefined;
}

/** Id of the order, a UUIDv7. */
export type OrderId = string;

export const OrderId = Type.String({ format: "uuid", description: "Id of the order, a UUIDv7." });

export function checkOrderId(value: unknown, _closed: boolean): Problem | undefined {
  if (typeof value !== "string") return mustBe("a string", value);
  if (!isUuid(value)) return mustBe("a UUID", value);
  return undefined;
}

/** Id of the customer, as the shop's customer system knows it. */
export type CustomerId = string;

export const CustomerId = Type.String({
  pattern: "^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$",
  description: "Id of the customer, as the shop's customer system knows it.",
});

const customerIdPattern = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/u;

export function checkCustomerId(value: unknown, _closed: boolean): Problem | undefined {
  if (typeof value !== "string") return mustBe("a string", value);
  if (!customerIdPattern.test(value)) return mustMatch(customerIdPattern, value);
  return undefined;
}

/** Stock keeping unit, the id of a product. */
export type Sku = string;

export const Sku = Type.String({
  pattern: "^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$",
  description: "Stock keeping unit, the id of a product.",
});

const skuPattern = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/u;

export function checkSku(value: unknown, _closed: boolean): Problem | undefined {
  if (typeof value !== "string") return mustBe("a string", value);
  if (!skuPattern.test(value)) return mustMatch(skuPattern, value);
  return undefined;
}

/** Number of pieces. */
export type Quantity = number;

export const Quantity = Type.Integer({ minimum: 1, maximum: 1000000, description: "Number of pieces." });

export function checkQuantity(value: unknown, _closed: boolean): Problem | undefined {
  if (typeof value !== "number" || !Number.isInteger(value)) return mustBe("an integer", value);
  if (value < 1) return mustBe("at least 1", value);
  if (value > 1000000) return mustBe("at most 1000000", value);
  return undefined;
}

/** RFC 3339 time in UTC. */
export type Timestamp = string;

export const Timestamp = Type.String({ format: "date-time", description: "RFC 3339 time in UTC." });

export function checkTimestamp(value: unknown, _closed: boolean): Problem | undefined {
  if (typeof value !== "string") return mustBe("a string", value);
  if (!isDateTime(value)) return mustBe("a date and time as in RFC 3339", value);
  return undefined;
}

/** Name of the product, as customers see it. */
export type ProductName = string;

export const ProductName = Type.String({
  minLength: 1,
  maxLength: 200,
  description: "Name of the product, as customers see it.",
});

export function checkProductName(value: unknown, _closed: boolean): Problem | undefined {
  if (typeof value !== "string") return mustBe("a string", value);
  if (value === "") return mustBe("at least 1 character long", value);
  if (longerThan(value, 200)) return mustBe("at most 200 characters long", value);
  return undefined;
}

/** An amount of money. */
export interface Money {
  /** Amount in minor units of the currency, e.g. cents. */
  amount: number;
  /** ISO 4217 code of the currency. */
  currency: string;
}

export const Money = Type.Object(
  {
    amount: Type.Integer({
      minimum: 0,
      maximum: 9007199254740991,
      description: "Amount in minor units of the currency, e.g. cents.",
    }),
    currency: Type.String({ pattern: "^[A-Z]{3}$", description: "ISO 4217 code of the currency." }),
  },
  { description: "An amount of money." },
);

const moneyCurrencyPattern = /^[A-Z]{3}$/u;
const moneyKeys = new Set<string>(["amount", "currency"]);

export function checkMoney(value: unknown, closed: boolean): Problem | undefined {
  if (!isObject(value)) return mustBe("an object", value);
  const amount = own(value, "amount");
  if (amount === undefined) return missing("/amount");
  if (typeof amount !== "number" || !Number.isInteger(amount)) {
    return mustBe("an integer", amount, "/amount");
  }
  if (amount < 0) return mustBe("at least 0", amount, "/amount");
  if (amount > 9007199254740991) return mustBe("at most 9007199254740991", amount, "/amount");
  const currency = own(value, "currency");
  if (currency === undefined) return missing("/currency");
  if (typeof currency !== "string") return mustBe("a string", currency, "/currency");
  if (!moneyCurrencyPattern.test(currency)) {
    return mustMatch(moneyCurrencyPattern, currency, "/currency");
  }
  return closed ? unknownKey(value, moneyKeys) : undefined;
}

/** One product of an order, with the name and price that it was ordered at. */
export interface OrderLine {
  sku: Sku;
  name: ProductName;
  quantity: Quantity;
  unitPrice: Money;
}

export const OrderLine = Type.Object(
  { sku: Sku, name: ProductName, quantity: Quantity, unitPrice: Money },
  { description: "One product of an order, with the name and price that it was ordered at." },
);

const orderLineKeys = new Set<string>(["sku", "name", "quantity", "unitPrice"]);

export function checkOrderLine(value: unknown, closed: boolean): Problem | undefined {
  if (!isObject(value)) return mustBe("an object", value);
  const sku = own(value, "sku");
  if (sku === undefined) return missing("/sku");
  const skuProblem = checkSku(sku, closed);
  if (skuProblem) return within(skuProblem, "/sku");
  const name = own(value, "name");
  if (name === undefined) return missing("/name");
  const nameProblem = checkProductName(name, closed);
  if (nameProblem) return within(nameProblem, "/name");
  const quantity = own(value, "quantity");
  if (quantity === undefined) return missing("/quantity");
  const quantityProblem = checkQuantity(quantity, closed);
  if (quantityProblem) return within(quantityProblem, "/quantity");
  const unitPrice = own(value, "unitPrice");
  if (unitPrice === undefined) return missing("/unitPrice");
  const unitPriceProblem = checkMoney(unitPrice, closed);
  if (unitPriceProblem) return within(unitPriceProblem, "/unitPrice");
  return closed ? unknownKey(value, orderLineKeys) : undefined;
}

/** The lines of an order; a product stands on one line only. */
export type OrderLines = OrderLine[];

export const OrderLines = Type.Array(
  OrderLine,
  { minItems: 1, maxItems: 100, description: "The lines of an order; a product stands on one line only." },
);

export function checkOrderLines(value: unknown, closed: boolean): Problem | undefined {
  if (!isArray(value)) return mustBe("an array", value);
  if (value.length < 1) return mustHave("at least 1 item", value);
  if (value.length > 100) return mustHave("at most 100 items", value);
  for (let index = 0; index < value.length; index++) {
    const element = value[index];
    const elementProblem = checkOrderLine(element, closed);
    if (elementProblem) return within(elementProblem, `/${index}`);
  }
  return undefined;
}

/** A product of which less was available than an order asked for. */
export interface Shortage {
  sku: Sku;
  /** Pieces that the order asked for. */
  requested: number;
  /** Pieces that were available. */
  available: number;
}

export const Shortage = Type.Object(
  {
    sku: Sku,
    requested: Type.Integer({ minimum: 1, maximum: 1000000, description: "Pieces that the order asked for." }),
    available: Type.Integer({ minimum: 0, maximum: 1000000000, description: "Pieces that were available." }),
  },
  { description: "A product of which less was available than an order asked for." },
);

const shortageKeys = new Set<string>(["sku", "requested", "available"]);

export function checkShortage(value: unknown, closed: boolean): Problem | undefined {
  if (!isObject(value)) return mustBe("an object", value);
  const sku = own(value, "sku");
  if (sku === undefined) return missing("/sku");
  const skuProblem = checkSku(sku, closed);
  if (skuProblem) return within(skuProblem, "/sku");
  const requested = own(value, "requested");
  if (requested === undefined) return missing("/requested");
  if (typeof requested !== "number" || !Number.isInteger(requested)) {
    return mustBe("an integer", requested, "/requested");
  }
  if (requested < 1) return mustBe("at least 1", requested, "/requested");
  if (requested > 1000000) return mustBe("at most 1000000", requested, "/requested");
  const available = own(value, "available");
  if (available === undefined) return missing("/available");
  if (typeof available !== "number" || !Number.isInteger(available)) {
    return mustBe("an integer", available, "/available");
  }
  if (available < 0) return mustBe("at least 0", available, "/available");
  if (available > 1000000000) return mustBe("at most 1000000000", available, "/available");
  return closed ? unknownKey(value, shortageKeys) : undefined;
}

/** Each product that is short, with what was asked for and what there was. */
export type Shortages = Shortage[];

export const Shortages = Type.Array(
  Shortage,
  {
    minItems: 1,
    maxItems: 100,
    description: "Each product that is short, with what was asked for and what there was.",
  },
);

export function checkShortages(value: unknown, closed: boolean): Problem | undefined {
  if (!isArray(value)) return mustBe("an array", value);
  if (value.length < 1) return mustHave("at least 1 item", value);
  if (value.length > 100) return mustHave("at most 100 items", value);
  for (let index = 0; index < value.length; index++) {
    const element = value[index];
    const elementProblem = checkShortage(element, closed);
    if (elementProblem) return within(elementProblem, `/${index}`);
  }
  return undefined;
}

/** An order as it was accepted. */
export interface OrderCreated {
  orderId: OrderId;
  customerId: CustomerId;
  lines: OrderLines;
  total: Money;
  createdAt: Timestamp;
}

export const OrderCreated = Type.Object(
  { orderId: OrderId, customerId: CustomerId, lines: OrderLines, total: Money, createdAt: Timestamp },
  { description: "An order as it was accepted." },
);

const orderCreatedKeys = new Set<string>(["orderId", "customerId", "lines", "total", "createdAt"]);

export function checkOrderCreated(value: unknown, closed: boolean): Problem | undefined {
  if (!isObject(value)) return mustBe("an object", value);
  const orderId = own(value, "orderId");
  if (orderId === undefined) return missing("/orderId");
  const orderIdProblem = checkOrderId(orderId, closed);
  if (orderIdProblem) return within(orderIdProblem, "/orderId");
  const customerId = own(value, "customerId");
  if (customerId === undefined) return missing("/customerId");
  const customerIdProblem = checkCustomerId(customerId, closed);
  if (customerIdProblem) return within(customerIdProblem, "/customerId");
  const lines = own(value, "lines");
  if (lines === undefined) return missing("/lines");
  const linesProblem = checkOrderLines(lines, closed);
  if (linesProblem) return within(linesProblem, "/lines");
  const total = own(value, "total");
  if (total === undefined) return missing("/total");
  const totalProblem = checkMoney(total, closed);
  if (totalProblem) return within(totalProblem, "/total");
  const createdAt = own(value, "createdAt");
  if (createdAt === undefined) return missing("/createdAt");
  const createdAtProblem = checkTimestamp(createdAt, closed);
  if (createdAtProblem) return within(createdAtProblem, "/createdAt");
  return closed ? unknownKey(value, orderCreatedKeys) : undefined;
}

/** A confirmed order, with all that its customer is told. */
export interface OrderConfirmed {
  orderId: OrderId;
  customerId: CustomerId;
  lines: OrderLines;
  total: Money;
  confirmedAt: Timestamp;
}

export const OrderConfirmed = Type.Object(
  { orderId: OrderId, customerId: CustomerId, lines: OrderLines, total: Money, confirmedAt: Timestamp },
  { description: "A confirmed order, with all that its customer is told." },
);

const orderConfirmedKeys = new Set<string>(["orderId", "customerId", "lines", "total", "confirmedAt"]);

export function checkOrderConfirmed(value: unknown, closed: boolean): Problem | undefined {
  if (!isObject(value)) return mustBe("an object", value);
  const orderId = own(value, "orderId");
  if (orderId === undefined) return missing("/orderId");
  const orderIdProblem = checkOrderId(orderId, closed);
  if (orderIdProblem) return within(orderIdProblem, "/orderId");
  const customerId = own(value, "customerId");
  if (customerId === undefined) return missing("/customerId");
  const customerIdProblem = checkCustomerId(customerId, closed);
  if (customerIdProblem) return within(customerIdProblem, "/customerId");
  const lines = own(value, "lines");
  if (lines === undefined) return missing("/lines");
  const linesProblem = checkOrderLines(lines, closed);
  if (linesProblem) return within(linesProblem, "/lines");
  const total = own(value, "total");
  if (total === undefined) return missing("/total");
  const totalProblem = checkMoney(total, closed);
  if (totalProblem) return within(totalProblem, "/total");
  const confirmedAt = own(value, "confirmedAt");
  if (confirmedAt === undefined) return missing("/confirmedAt");
  const confirmedAtProblem = checkTimestamp(confirmedAt, closed);
  if (confirmedAtProblem) return within(confirmedAtProblem, "/confirmedAt");
  return closed ? unknownKey(value, orderConfirmedKeys) : undefined;
}

/** A rejected order and why. */
export interface OrderRejected {
  orderId: OrderId;
  customerId: CustomerId;
  shortages: Shortages;
  rejectedAt: Timestamp;
}

export const OrderRejected = Type.Object(
  { orderId: OrderId, customerId: CustomerId, shortages: Shortages, rejectedAt: Timestamp },
  { description: "A rejected order and why." },
);

const orderRejectedKeys = new Set<string>(["orderId", "customerId", "shortages", "rejectedAt"]);

export function checkOrderRejected(value: unknown, closed: boolean): Problem | undefined {
  if (!isObject(value)) return mustBe("an object", value);
  const orderId = own(value, "orderId");
  if (orderId === undefined) return missing("/orderId");
  const orderIdProblem = checkOrderId(orderId, closed);
  if (orderIdProblem) return within(orderIdProblem, "/orderId");
  const customerId = own(value, "customerId");
  if (customerId === undefined) return missing("/customerId");
  const customerIdProblem = checkCustomerId(customerId, closed);
  if (customerIdProblem) return within(customerIdProblem, "/customerId");
  const shortages = own(value, "shortages");
  if (shortages === undefined) return missing("/shortages");
  const shortagesProblem = checkShortages(shortages, closed);
  if (shortagesProblem) return within(shortagesProblem, "/shortages");
  const rejectedAt = own(value, "rejectedAt");
  if (rejectedAt === undefined) return missing("/rejectedAt");
  const rejectedAtProblem = checkTimestamp(rejectedAt, closed);
  if (rejectedAtProblem) return within(rejectedAtProblem, "/rejectedAt");
  return closed ? unknownKey(value, orderRejectedKeys) : undefined;
}

/** A cancelled order. Whatever was reserved for it is released, also when the reservation comes later. */
export interface OrderCancelled {
  orderId: OrderId;
  customerId: CustomerId;
  /** Status that the order was cancelled from. */
  previousStatus: "pending" | "confirmed";
  cancelledAt: Timestamp;
}

export const OrderCancelled = Type.Object(
  {
    orderId: OrderId,
    customerId: CustomerId,
    previousStatus: Type.Union(
      [Type.Literal("pending"), Type.Literal("confirmed")],
      { description: "Status that the order was cancelled from." },
    ),
    cancelledAt: Timestamp,
  },
  {
    description: "A cancelled order. Whatever was reserved for it is released, also when the reservation comes later.",
  },
);

const orderCancelledKeys = new Set<string>(["orderId", "customerId", "previousStatus", "cancelledAt"]);

export function checkOrderCancelled(value: unknown, closed: boolean): Problem | undefined {
  if (!isObject(value)) return mustBe("an object", value);
  const orderId = own(value, "orderId");
  if (orderId === undefined) return missing("/orderId");
  const orderIdProblem = checkOrderId(orderId, closed);
  if (orderIdProblem) return within(orderIdProblem, "/orderId");
  const customerId = own(value, "customerId");
  if (customerId === undefined) return missing("/customerId");
  const customerIdProblem = checkCustomerId(customerId, closed);
  if (customerIdProblem) return within(customerIdProblem, "/customerId");
  const previousStatus = own(value, "previousStatus");
  if (previousStatus === undefined) return missing("/previousStatus");
  if (previousStatus !== "pending" && previousStatus !== "confirmed") {
    return mustBe('"pending" or "confirmed"', previousStatus, "/previousStatus");
  }
  const cancelledAt = own(value, "cancelledAt");
  if (cancelledAt === undefined) return missing("/cancelledAt");
  const cancelledAtProblem = checkTimestamp(cancelledAt, closed);
  if (cancelledAtProblem) return within(cancelledAtProblem, "/cancelledAt");
  return closed ? unknownKey(value, orderCancelledKeys) : undefined;
}

/**
 * An order that nobody settled in time. Whatever was reserved for it is released, also when the
 * reservation comes later.
 */
export interface OrderExpired {
  orderId: OrderId;
  customerId: CustomerId;
  deadline: Timestamp;
  expiredAt: Timestamp;
}

export const OrderExpired = Type.Object(
  { orderId: OrderId, customerId: CustomerId, deadline: Timestamp, expiredAt: Timestamp },
  {
    description: "An order that nobody settled in time. Whatever was reserved for it is released, also when the reservation comes later.",
  },
);

const orderExpiredKeys = new Set<string>(["orderId", "customerId", "deadline", "expiredAt"]);

export function checkOrderExpired(value: unknown, closed: boolean): Problem | undefined {
  if (!isObject(value)) return mustBe("an object", value);
  const orderId = own(value, "orderId");
  if (orderId === undefined) return missing("/orderId");
  const orderIdProblem = checkOrderId(orderId, closed);
  if (orderIdProblem) return within(orderIdProblem, "/orderId");
  const customerId = own(value, "customerId");
  if (customerId === undefined) return missing("/customerId");
  const customerIdProblem = checkCustomerId(customerId, closed);
  if (customerIdProblem) return within(customerIdProblem, "/customerId");
  const deadline = own(value, "deadline");
  if (deadline === undefined) return missing("/deadline");
  const deadlineProblem = checkTimestamp(deadline, closed);
  if (deadlineProblem) return within(deadlineProblem, "/deadline");
  const expiredAt = own(value, "expiredAt");
  if (expiredAt === undefined) return missing("/expiredAt");
  const expiredAtProblem = checkTimestamp(expiredAt, closed);
  if (expiredAtProblem) return within(expiredAtProblem, "/expiredAt");
  return closed ? unknownKey(value, orderExpiredKeys) : undefined;
}

/** A shipped order; its reserved stock is taken. */
export interface OrderShipped {
  orderId: OrderId;
  customerId: CustomerId;
  lines: OrderLines;
  shippedAt: Timestamp;
}

export const OrderShipped = Type.Object(
  { orderId: OrderId, customerId: CustomerId, lines: OrderLines, shippedAt: Timestamp },
  { description: "A shipped order; its reserved stock is taken." },
);

const orderShippedKeys = new Set<string>(["orderId", "customerId", "lines", "shippedAt"]);

export function checkOrderShipped(value: unknown, closed: boolean): Problem | undefined {
  if (!isObject(value)) return mustBe("an object", value);
  const orderId = own(value, "orderId");
  if (orderId === undefined) return missing("/orderId");
  const orderIdProblem = checkOrderId(orderId, closed);
  if (orderIdProblem) return within(orderIdProblem, "/orderId");
  const customerId = own(value, "customerId");
  if (customerId === undefined) return missing("/customerId");
  const customerIdProblem = checkCustomerId(customerId, closed);
  if (customerIdProblem) return within(customerIdProblem, "/customerId");
  const lines = own(value, "lines");
  if (lines === undefined) return missing("/lines");
  const linesProblem = checkOrderLines(lines, closed);
  if (linesProblem) return within(linesProblem, "/lines");
  const shippedAt = own(value, "shippedAt");
  if (shippedAt === undefined) return missing("/shippedAt");
  const shippedAtProblem = checkTimestamp(shippedAt, closed);
  if (shippedAtProblem) return within(shippedAtProblem, "/shippedAt");
  return closed ? unknownKey(value, orderShippedKeys) : undefined;
}

/** All lines of the order are reserved. */
export interface StockReserved {
  orderId: OrderId;
  reservedAt: Timestamp;
}

export const StockReserved = Type.Object(
  { orderId: OrderId, reservedAt: Timestamp },
  { description: "All lines of the order are reserved." },
);

const stockReservedKeys = new Set<string>(["orderId", "reservedAt"]);

export function checkStockReserved(value: unknown, closed: boolean): Problem | undefined {
  if (!isObject(value)) return mustBe("an object", value);
  const orderId = own(value, "orderId");
  if (orderId === undefined) return missing("/orderId");
  const orderIdProblem = checkOrderId(orderId, closed);
  if (orderIdProblem) return within(orderIdProblem, "/orderId");
  const reservedAt = own(value, "reservedAt");
  if (reservedAt === undefined) return missing("/reservedAt");
  const reservedAtProblem = checkTimestamp(reservedAt, closed);
  if (reservedAtProblem) return within(reservedAtProblem, "/reservedAt");
  return closed ? unknownKey(value, stockReservedKeys) : undefined;
}

/** Nothing is reserved for the order. */
export interface StockRejected {
  orderId: OrderId;
  shortages: Shortages;
  rejectedAt: Timestamp;
}

export const StockRejected = Type.Object(
  { orderId: OrderId, shortages: Shortages, rejectedAt: Timestamp },
  { description: "Nothing is reserved for the order." },
);

const stockRejectedKeys = new Set<string>(["orderId", "shortages", "rejectedAt"]);

export function checkStockRejected(value: unknown, closed: boolean): Problem | undefined {
  if (!isObject(value)) return mustBe("an object", value);
  const orderId = own(value, "orderId");
  if (orderId === undefined) return missing("/orderId");
  const orderIdProblem = checkOrderId(orderId, closed);
  if (orderIdProblem) return within(orderIdProblem, "/orderId");
  const shortages = own(value, "shortages");
  if (shortages === undefined) return missing("/shortages");
  const shortagesProblem = checkShortages(shortages, closed);
  if (shortagesProblem) return within(shortagesProblem, "/shortages");
  const rejectedAt = own(value, "rejectedAt");
  if (rejectedAt === undefined) return missing("/rejectedAt");
  const rejectedAtProblem = checkTimestamp(rejectedAt, closed);
  if (rejectedAtProblem) return within(rejectedAtProblem, "/rejectedAt");
  return closed ? unknownKey(value, stockRejectedKeys) : undefined;
}

/** The whole product as it is now. A version lower than one already seen is to be ignored. */
export interface ProductChanged {
  sku: Sku;
  /** Counts the product's changes from 1. */
  version: number;
  name: ProductName;
  /** What the product is. */
  description?: string;
  /** Category that the product is listed under. */
  category?: string;
  unitPrice: Money;
  /** Available pieces at or below which the operators are told; absent for never. */
  lowStockThreshold?: number;
  changedAt: Timestamp;
}

export const ProductChanged = Type.Object(
  {
    sku: Sku,
    version: Type.Integer({
      minimum: 1,
      maximum: 2147483647,
      description: "Counts the product's changes from 1.",
    }),
    name: ProductName,
    description: Type.Optional(Type.String({ maxLength: 2000, description: "What the product is." })),
    category: Type.Optional(Type.String({
      minLength: 1,
      maxLength: 100,
      description: "Category that the product is listed under.",
    })),
    unitPrice: Money,
    lowStockThreshold: Type.Optional(Type.Integer({
      minimum: 0,
      maximum: 1000000000,
      description: "Available pieces at or below which the operators are told; absent for never.",
    })),
    changedAt: Timestamp,
  },
  { description: "The whole product as it is now. A version lower than one already seen is to be ignored." },
);

const productChangedKeys = new Set<string>([
  "sku",
  "version",
  "name",
  "description",
  "category",
  "unitPrice",
  "lowStockThreshold",
  "changedAt",
]);

export function checkProductChanged(value: unknown, closed: boolean): Problem | undefined {
  if (!isObject(value)) return mustBe("an object", value);
  const sku = own(value, "sku");
  if (sku === undefined) return missing("/sku");
  const skuProblem = checkSku(sku, closed);
  if (skuProblem) return within(skuProblem, "/sku");
  const version = own(value, "version");
  if (version === undefined) return missing("/version");
  if (typeof version !== "number" || !Number.isInteger(version)) {
    return mustBe("an integer", version, "/version");
  }
  if (version < 1) return mustBe("at least 1", version, "/version");
  if (version > 2147483647) return mustBe("at most 2147483647", version, "/version");
  const name = own(value, "name");
  if (name === undefined) return missing("/name");
  const nameProblem = checkProductName(name, closed);
  if (nameProblem) return within(nameProblem, "/name");
  const description = own(value, "description");
  if (description !== undefined) {
    if (typeof description !== "string") return mustBe("a string", description, "/description");
    if (longerThan(description, 2000)) {
      return mustBe("at most 2000 characters long", description, "/description");
    }
  }
  const category = own(value, "category");
  if (category !== undefined) {
    if (typeof category !== "string") return mustBe("a string", category, "/category");
    if (category === "") return mustBe("at least 1 character long", category, "/category");
    if (longerThan(category, 100)) return mustBe("at most 100 characters long", category, "/category");
  }
  const unitPrice = own(value, "unitPrice");
  if (unitPrice === undefined) return missing("/unitPrice");
  const unitPriceProblem = checkMoney(unitPrice, closed);
  if (unitPriceProblem) return within(unitPriceProblem, "/unitPrice");
  const lowStockThreshold = own(value, "lowStockThreshold");
  if (lowStockThreshold !== undefined) {
    if (typeof lowStockThreshold !== "number" || !Number.isInteger(lowStockThreshold)) {
      return mustBe("an integer", lowStockThreshold, "/lowStockThreshold");
    }
    if (lowStockThreshold < 0) return mustBe("at least 0", lowStockThreshold, "/lowStockThreshold");
    if (lowStockThreshold > 1000000000) {
      return mustBe("at most 1000000000", lowStockThreshold, "/lowStockThreshold");
    }
  }
  const changedAt = own(value, "changedAt");
  if (changedAt === undefined) return missing("/changedAt");
  const changedAtProblem = checkTimestamp(changedAt, closed);
  if (changedAtProblem) return within(changedAtProblem, "/changedAt");
  return closed ? unknownKey(value, productChangedKeys) : undefined;
}

/** A product of which little is left. */
export interface StockLow {
  sku: Sku;
  name: ProductName;
  /** Pieces that are on hand and not reserved. */
  available: number;
  /** The product's low-stock threshold. */
  threshold: number;
  observedAt: Timestamp;
}

export const StockLow = Type.Object(
  {
    sku: Sku,
    name: ProductName,
    available: Type.Integer({
      minimum: 0,
      maximum: 1000000000,
      description: "Pieces that are on hand and not reserved.",
    }),
    threshold: Type.Integer({
      minimum: 0,
      maximum: 1000000000,
      description: "The product's low-stock threshold.",
    }),
    observedAt: Timestamp,
  },
  { description: "A product of which little is left." },
);

const stockLowKeys = new Set<string>(["sku", "name", "available", "threshold", "observedAt"]);

export function checkStockLow(value: unknown, closed: boolean): Problem | undefined {
  if (!isObject(value)) return mustBe("an object", value);
  const sku = own(value, "sku");
  if (sku === undefined) return missing("/sku");
  const skuProblem = checkSku(sku, closed);
  if (skuProblem) return within(skuProblem, "/sku");
  const name = own(value, "name");
  if (name === undefined) return missing("/name");
  const nameProblem = checkProductName(name, closed);
  if (nameProblem) return within(nameProblem, "/name");
  const available = own(value, "available");
  if (available === undefined) return missing("/available");
  if (typeof available !== "number" || !Number.isInteger(available)) {
    return mustBe("an integer", available, "/available");
  }
  if (available < 0) return mustBe("at least 0", available, "/available");
  if (available > 1000000000) return mustBe("at most 1000000000", available, "/available");
  const threshold = own(value, "threshold");
  if (threshold === undefined) return missing("/threshold");
  if (typeof threshold !== "number" || !Number.isInteger(threshold)) {
    return mustBe("an integer", threshold, "/threshold");
  }
  if (threshold < 0) return mustBe("at least 0", threshold, "/threshold");
  if (threshold > 1000000000) return mustBe("at most 1000000000", threshold, "/threshold");
  const observedAt = own(value, "observedAt");
  if (observedAt === undefined) return missing("/observedAt");
  const observedAtProblem = checkTimestamp(observedAt, closed);
  if (observedAtProblem) return within(observedAtProblem, "/observedAt");
  return closed ? unknownKey(value, stockLowKeys) : undefined;
}

/** `order.created`: An order was accepted and waits for its stock. */
export const orderCreatedMessage = defineMessage<OrderCreated>({
  type: "order.created",
  schemaVersion: 1,
  payload: OrderCreated,
  headers: MessageHeaders,
  checkPayload: checkOrderCreated,
  checkHeaders: checkMessageHeaders,
});

/** `order.confirmed`: All lines of an order are reserved. */
export const orderConfirmedMessage = defineMessage<OrderConfirmed>({
  type: "order.confirmed",
  schemaVersion: 1,
  payload: OrderConfirmed,
  headers: MessageHeaders,
  checkPayload: checkOrderConfirmed,
  checkHeaders: checkMessageHeaders,
});

/** `order.rejected`: An order could not be served. */
export const orderRejectedMessage = defineMessage<OrderRejected>({
  type: "order.rejected",
  schemaVersion: 1,
  payload: OrderRejected,
  headers: MessageHeaders,
  checkPayload: checkOrderRejected,
  checkHeaders: checkMessageHeaders,
});

/** `order.cancelled`: The customer cancelled an order. */
export const orderCancelledMessage = defineMessage<OrderCancelled>({
  type: "order.cancelled",
  schemaVersion: 1,
  payload: OrderCancelled,
  headers: MessageHeaders,
  checkPayload: checkOrderCancelled,
  checkHeaders: checkMessageHeaders,
});

/** `order.expired`: An order passed its deadline unsettled. */
export const orderExpiredMessage = defineMessage<OrderExpired>({
  type: "order.expired",
  schemaVersion: 1,
  payload: OrderExpired,
  headers: MessageHeaders,
  checkPayload: checkOrderExpired,
  checkHeaders: checkMessageHeaders,
});

/** `order.shipped`: An order left the warehouse. */
export const orderShippedMessage = defineMessage<OrderShipped>({
  type: "order.shipped",
  schemaVersion: 1,
  payload: OrderShipped,
  headers: MessageHeaders,
  checkPayload: checkOrderShipped,
  checkHeaders: checkMessageHeaders,
});

/** `stock.reserved`: Stock for every line of an order is reserved. */
export const stockReservedMessage = defineMessage<StockReserved>({
  type: "stock.reserved",
  schemaVersion: 1,
  payload: StockReserved,
  headers: MessageHeaders,
  checkPayload: checkStockReserved,
  checkHeaders: checkMessageHeaders,
});

/** `stock.rejected`: At least one line of an order cannot be reserved. */
export const stockRejectedMessage = defineMessage<StockRejected>({
  type: "stock.rejected",
  schemaVersion: 1,
  payload: StockRejected,
  headers: MessageHeaders,
  checkPayload: checkStockRejected,
  checkHeaders: checkMessageHeaders,
});

/** `product.changed`: A product was created or changed. */
export const productChangedMessage = defineMessage<ProductChanged>({
  type: "product.changed",
  schemaVersion: 1,
  payload: ProductChanged,
  headers: MessageHeaders,
  checkPayload: checkProductChanged,
  checkHeaders: checkMessageHeaders,
});

/** `stock.low`: A product's available stock fell to its threshold. */
export const stockLowMessage = defineMessage<StockLow>({
  type: "stock.low",
  schemaVersion: 1,
  payload: StockLow,
  headers: MessageHeaders,
  checkPayload: checkStockLow,
  checkHeaders: checkMessageHeaders,
});
