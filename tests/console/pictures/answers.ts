/** Fixed responses of the services and the console, for the pictures. */
import { serviceDefinitions } from "@orders/generated/topology";
import type { DeadLetters, NotificationView, OrderView, ProductView } from "@orders/stack/rest";
import type { Service } from "@rabbit-contract/messaging";

/** The page's current time. */
export const now = "2026-03-14T09:30:00.000Z";

const euros = (amount: number) => ({ amount, currency: "EUR" });
const timeAt = (second: number) => new Date(Date.parse(now) - second * 1_000).toISOString();
const idOf = (kind: string, index: number) =>
  `019a4f2e-7b10-7c3a-9d51-${kind}${String(index).padStart(11, "0")}`;
const traceId = "4bf92f3577b34da6a3ce929d0e0e4736";

export const products: readonly ProductView[] = [
  ["LAMP-01", "Desk lamp", "lighting", 3_950, 40, 3, 5],
  ["CHAIR-02", "Easy chair with armrests, oiled oak", "furniture", 129_500, 4, 2, 5],
  ["MUG-03", "Mug", "kitchen", 1_250, 12_480, 120, 500],
  ["RUG-04", "Rug", "living", 24_900, 6, 6, 2],
].map(([sku, name, category, amount, onHand, reserved, lowStockThreshold]) => ({
  sku: String(sku),
  name: String(name),
  category: String(category),
  unitPrice: euros(Number(amount)),
  lowStockThreshold: Number(lowStockThreshold),
  stock: {
    onHand: Number(onHand),
    reserved: Number(reserved),
    available: Number(onHand) - Number(reserved),
  },
}));

export const movements = [
  { quantity: 40, reason: "receipt" as const, note: "Delivery note 4711", balance: 40 },
  { quantity: -6, reason: "shipment" as const, orderId: idOf("1", 3), balance: 34 },
  { quantity: 8, reason: "return" as const, note: "Unopened", balance: 42 },
  { quantity: -2, reason: "loss" as const, note: "Broken", balance: 40 },
]
  .map((movement, index) => ({
    ...movement,
    id: idOf("4", index),
    sku: "LAMP-01",
    createdAt: timeAt(9_000 - index * 1_200),
  }))
  .toReversed();

const statuses = ["pending", "confirmed", "rejected", "cancelled", "expired", "shipped"] as const;

function order(index: number): OrderView {
  const status = statuses[index % statuses.length] ?? "pending";
  const lines = products.slice(0, 1 + (index % 3)).map(({ sku, name, unitPrice }, at) => ({
    ...{ sku, name, unitPrice },
    quantity: 1 + ((index + at) % 4),
  }));
  const placed = timeAt(60 * index + 12.4);
  const history: OrderView["history"] = [
    { status: "pending", at: placed, cause: "placed", messageId: idOf("5", index), traceId },
  ];
  if (status !== "pending")
    history.push({
      status: "confirmed",
      at: timeAt(60 * index + 12.371),
      cause: "stock.reserved",
      messageId: idOf("6", index),
      causationId: idOf("7", index),
      traceId,
    });
  return {
    id: idOf("1", index),
    customerId: index % 5 === 2 ? "a-customer-with-a-rather-long-name" : `c-${1_000 + index}`,
    status,
    lines,
    total: euros(lines.reduce((sum, line) => sum + line.quantity * line.unitPrice.amount, 0)),
    createdAt: placed,
    updatedAt: placed,
    history,
  };
}

export const orders = Array.from({ length: 24 }, (_, index) => order(index));
/** It is confirmed. */
export const oneOrder = order(1);
export const reservation = {
  orderId: oneOrder.id,
  status: "reserved",
  lines: oneOrder.lines.map(({ sku, quantity }) => ({ sku, quantity })),
  createdAt: timeAt(72.385),
  updatedAt: timeAt(72.385),
};

export const notifications: readonly NotificationView[] = [
  ["order-confirmed", "Your order is confirmed", "sent"],
  ["order-rejected", "Your order could not be accepted: the stock is short", "failed"],
  ["stock-low", "Stock of CHAIR-02 is low: 2 left", "sent"],
  ["order-shipped", "Your order is on its way", "pending"],
  ["order-cancelled", "Your order is cancelled", undefined],
].map(([kind = "", subject = "", status], index) => ({
  id: idOf("2", index),
  ...(kind !== "stock-low" && { customerId: `c-${1_001 + index}`, orderId: idOf("1", index + 1) }),
  audience: kind === "stock-low" ? ("operators" as const) : ("customer" as const),
  kind: kind as NotificationView["kind"],
  subject,
  body: `${subject}.\n\nOrder: ${idOf("1", index + 1)}`,
  createdAt: timeAt(72 + 41 * index),
  deliveries:
    status === undefined
      ? []
      : [
          {
            channel: "email" as const,
            status: status as NotificationView["deliveries"][number]["status"],
            at: timeAt(70 + 41 * index),
          },
        ],
}));

const reasons = ["invalid", "retries-exhausted", "rejected", "unknown-message"] as const;

export const letters: readonly DeadLetters["items"][number][] = Array.from({ length: 9 }, (_, index) => ({
  queue: index === 5 ? "inventory.outbox" : "inventory.orders",
  id: idOf("3", index),
  messageId: idOf("3", index),
  type: index % 4 === 3 ? "order.cancelled" : "order.created",
  reason: reasons[index % reasons.length] ?? "invalid",
  failureReason:
    index % 4 === 0
      ? 'payload at "/lines/0/quantity" must be at least 1, got 0'
      : "Error: the database did not answer within 5 seconds",
  attempts: 1 + (index % 4),
  firstFailedAt: timeAt(500 + 30 * index),
  deadLetteredAt: timeAt(400 + 30 * index),
  publishedAt: timeAt(501 + 30 * index),
  producer: "order",
  correlationId: idOf("1", index),
  traceId,
  originalExchange: "orders",
  originalRoutingKey: "order.created",
  contentBytes: 312,
}));

export const oneLetter = {
  ...letters[0],
  headers: { "schema-version": 1, traceparent: `00-${traceId}-00f067aa0ba902b7-01` },
  content: {
    encoding: "utf-8",
    text: JSON.stringify({
      orderId: idOf("1", 0),
      customerId: "c-1000",
      lines: [{ sku: "LAMP-01", name: "Desk lamp", quantity: 0, unitPrice: euros(3_950) }],
      total: euros(3_950),
      createdAt: timeAt(501),
    }),
    truncated: false,
  },
};

const services: readonly Service[] = Object.values(serviceDefinitions);

/** Inventory is down, and its queue fills. */
export const flow = {
  at: now,
  broker: { status: "up", since: timeAt(7_200) },
  services: services.map(({ name }) => {
    const down = name === "inventory";
    return {
      name,
      status: down ? "down" : "ready",
      since: timeAt(down ? 42 : 7_200),
      causes: down ? ["no process responds"] : [],
      replicas: down ? 0 : 2,
      readyReplicas: down ? 0 : 2,
      outbox: down ? null : { rows: name === "order" ? 128 : 0, oldestSeconds: 2, parked: 0 },
    };
  }),
  queues: services.flatMap(({ name: service, queues }) =>
    queues.map(({ name, retryTiers, deadLetterQueue }, index) => ({
      ...{ name, service },
      ready: service === "inventory" ? 1_284 : 0,
      inHand: service === "inventory" ? 0 : 12 * index,
      consumers: service === "inventory" ? 0 : 2,
      inPerSecond: service === "inventory" ? 118.4 : 12,
      outPerSecond: service === "inventory" ? 0 : 12,
      retryTiers: retryTiers.map(({ queue, delay }) => ({ name: queue, delayMs: delay, messages: 0 })),
      deadLetters: { name: deadLetterQueue, messages: service === "inventory" ? 8 : 0 },
    })),
  ),
  routes: services.flatMap(({ name: from, sends, requests = {} }) =>
    [...Object.values(sends), ...Object.values(requests)].map(
      ({ message, exchange, routingKey, queues }, index) => ({
        ...{ from, exchange, routingKey, to: queues },
        message: message.type,
        perSecond: from === "inventory" ? null : index === 0 ? 118.4 : 0,
      }),
    ),
  ),
};

export const parts = [
  ...services.map(({ name }) => ({
    name,
    kind: "service",
    state: name === "inventory" ? "stopped" : "running",
  })),
  { name: "rabbitmq", kind: "broker", state: "running" },
  { name: "postgresql", kind: "database", state: "paused" },
];

export const run = {
  startedAt: timeAt(60),
  ...{ wanted: 1_000, accepted: 1_000, settled: 1_000, retries: 34, duplicatesSent: 100 },
  phase: "done",
  ledger: {
    ...{ accepted: 1_000, settled: 1_000, confirmed: 900, rejected: 100 },
    ...{ lost: 0, doubled: 0, oversold: 0 },
    units: { received: 900, sold: 900, left: 0 },
  },
};
