/** Changes of the fixture's queues, each with what the comparison has to call it. */
import type { Changes } from "./message-changes.ts";

const queue = "/channels/tillBaskets";
const rabbitmq = `${queue}/x-rabbitmq`;

export const queueChanges: Changes = [
  [
    "a delivery limit",
    { [`${rabbitmq}/queue/deliveryLimit`]: 20 },
    [
      "breaking queue-arguments-changed queue till.baskets",
      "breaking queue-arguments-changed queue till.baskets.retry.10s",
      "breaking queue-arguments-changed queue till.baskets.retry.1s",
    ],
    "together",
  ],
  [
    "a queue type",
    { "/channels/tillBasketsDead/x-rabbitmq/queue": { type: "classic" } },
    ["breaking queue-arguments-changed queue till.baskets.dead"],
    "together",
  ],
  [
    "durability",
    { [`${queue}/bindings/amqp/queue/durable`]: false },
    ["breaking queue-arguments-changed queue till.baskets"],
    "together",
  ],
  [
    "exclusive",
    { [`${queue}/bindings/amqp/queue/exclusive`]: true },
    ["unknown unknown-change document"],
    "together",
  ],
  [
    "nothing: settings that hold without being stated",
    {
      [`${queue}/bindings/amqp/queue`]: { name: "till.baskets" },
      "/components/messages/basketFilled/contentType": "application/json",
      "/components/messages/basketFilled/bindings": {
        amqp: { contentEncoding: "utf-8", messageType: "basket.filled" },
      },
      "/operations/sendBasketPaid/bindings": { amqp: { deliveryMode: 2, mandatory: true } },
    },
    [],
  ],
  [
    "a dead-letter route",
    {
      [`${rabbitmq}/deadLetter/routingKey`]: "till.dead",
      "/channels/tillBasketsDead/x-rabbitmq/bindings/0/routingKeys/0": "till.dead",
    },
    ["breaking dead-letter-route-changed queue till.baskets"],
    "together",
  ],
  [
    "a retry tier added",
    { [`${rabbitmq}/retry/2`]: { queue: "till.baskets.retry.60s", delay: 60000 } },
    ["minor retry-tier-added queue till.baskets.retry.60s"],
  ],
  [
    "a retry tier removed",
    { [`${rabbitmq}/retry/1`]: undefined },
    ["minor retry-tier-removed queue till.baskets.retry.10s"],
  ],
  [
    "the delay of a retry tier",
    { [`${rabbitmq}/retry/1/delay`]: 20000 },
    ["breaking retry-tier-changed queue till.baskets.retry.10s"],
    "together",
  ],
  [
    "a retry tier's name and delay",
    { [`${rabbitmq}/retry/1`]: { queue: "till.baskets.retry.20s", delay: 20000 } },
    [
      "minor retry-tier-removed queue till.baskets.retry.10s",
      "minor retry-tier-added queue till.baskets.retry.20s",
    ],
  ],
  [
    "a binding added, for a message that is already sent",
    {
      [`${rabbitmq}/bindings/1`]: { exchange: "till", routingKeys: ["basket.paid"] },
      [`${queue}/messages/basketPaid`]: { $ref: "#/components/messages/basketPaid" },
    },
    ["breaking binding-added-to-shared-queue queue till.baskets"],
    "together",
  ],
  [
    "a binding removed",
    {
      [`${rabbitmq}/bindings/0/routingKeys/1`]: undefined,
      [`${queue}/messages/basketEmptied`]: undefined,
      "/operations/receiveTillBaskets/messages/1": undefined,
    },
    ["breaking binding-removed queue till.baskets"],
    "together",
  ],
  [
    "a queue's name",
    { [`${queue}/bindings/amqp/queue/name`]: "till.basket" },
    [
      "breaking queue-renamed queue till.baskets",
      "breaking queue-arguments-changed queue till.baskets.retry.10s",
      "breaking queue-arguments-changed queue till.baskets.retry.1s",
      "minor queue-added queue till.basket",
    ],
    "together",
  ],
  [
    "the service of a queue",
    { "/operations/receiveShopPayments/x-rabbitmq/service": "till" },
    [
      "breaking queue-moved queue shop.payments",
      "breaking queue-moved queue shop.payments.dead",
      "breaking queue-moved queue shop.payments.retry.1s",
      "breaking queue-arguments-changed queue shop.payments.retry.1s",
      "breaking exchange-removed exchange shop.redelivery",
    ].sort(),
    "together",
  ],
];
