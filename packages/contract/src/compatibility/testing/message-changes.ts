/** Changes of the fixture, each with what the comparison has to call it. */
import { fixture, type Patch } from "../../rules/testing/fixture.ts";
import type { JsonValue } from "../../source.ts";
import type { Deploy } from "../difference.ts";

/**
 * `expected` are `breaking|unknown|minor|patch rule subject`, breaking ones first; `deploy` is "any" if there is none.
 */
export type Changes = readonly (readonly [
  name: string,
  patch: Patch,
  expected: readonly string[],
  deploy?: Deploy | "in turn",
])[];

const message = fixture().source.at("/components/messages/basketPaid") ?? {};
const paid = (more: Readonly<Record<string, JsonValue>>): JsonValue => Object.assign({}, message, more);
const headers = (version: number): JsonValue => ({
  type: "object",
  description: "Headers.",
  required: ["schema-version"],
  properties: { "schema-version": { type: "integer", const: version, description: "Version." } },
});
const route = (key: string, exchange: string, name: string): JsonValue => ({
  address: key,
  description: "A route.",
  messages: { [name]: { $ref: `#/components/messages/${name}` } },
  bindings: {
    amqp: {
      is: "routingKey",
      exchange: { name: exchange, type: "direct", durable: true, autoDelete: false },
      bindingVersion: "0.3.0",
    },
  },
});
const send = (channel: string, name: string, service: string): JsonValue => ({
  action: "send",
  channel: { $ref: `#/channels/${channel}` },
  summary: "Sent.",
  messages: [{ $ref: `#/channels/${channel}/messages/${name}` }],
  "x-rabbitmq": { version: 1, service },
});
const queue = "/channels/tillBaskets";
const rabbitmq = `${queue}/x-rabbitmq`;
const exchange = (channel: string) => `/channels/${channel}/bindings/amqp/exchange`;

/** basketRefunded, sent by the till on a key of its own that no queue is bound to. */
const refunded: Patch = {
  "/components/messages/basketRefunded": paid({ name: "basket.refunded" }),
  "/channels/basketRefunded": route("basket.refunded", "till", "basketRefunded"),
  "/operations/sendBasketRefunded": send("basketRefunded", "basketRefunded", "till"),
};

export const messageChanges: Changes = [
  ["nothing", {}, []],
  ["the version alone", { "/info/version": "1.0.1" }, []],
  [
    "a correlation id that moves to another field",
    { "/components/messages/basketFilled/correlationId": { location: "$message.payload#/note" } },
    ["breaking correlation-id-changed message basket.filled", "patch documentation document"],
    "together",
  ],
  [
    "a correlation id that moves to a header",
    {
      "/components/messages/basketFilled/headers": {
        allOf: [
          { $ref: "#/components/schemas/Headers" },
          { type: "object", properties: { basketId: { type: "string", description: "The basket." } } },
        ],
      },
      "/components/messages/basketFilled/correlationId": { location: "$message.header#/basketId" },
    },
    [
      "breaking correlation-id-changed message basket.filled",
      "minor headers-field-added message basket.filled",
      "patch documentation document",
    ],
    "together",
  ],
  [
    "a correlation id removed",
    { "/components/messages/basketFilled/correlationId": undefined },
    ["breaking correlation-id-changed message basket.filled"],
    "together",
  ],
  [
    "a text of a correlation id",
    { "/components/correlationIds/basket/description": "Another." },
    ["patch documentation document"],
  ],
  ["a text", { "/info/description": "Another." }, ["patch documentation document"]],
  [
    "a text of a field",
    { "/components/schemas/BasketFilled/properties/note/description": "A note." },
    ["patch documentation document"],
  ],
  [
    "a field that is called description",
    { "/components/schemas/BasketFilled/properties/description": { type: "string" } },
    ["minor payload-field-added message basket.filled"],
  ],
  [
    "an example",
    { "/components/messages/basketPaid/examples/0/name": "first" },
    ["patch documentation document"],
  ],
  [
    "the protocol of the server",
    { "/servers/rabbitmq/protocol": "kafka" },
    ["breaking protocol-removed servers", "minor server-changed server rabbitmq"],
    "together",
  ],
  [
    "a server of another protocol beside the old one",
    { "/servers/secure": { host: "localhost:5671", protocol: "amqps" } },
    ["minor server-changed server secure"],
  ],
  [
    "the host of a server",
    { "/servers/rabbitmq/host": "rabbitmq:5672" },
    ["minor server-changed server rabbitmq"],
  ],
  ["a text of a server", { "/servers/rabbitmq/description": "Another." }, ["patch documentation document"]],
  [
    "prefetch and batch size",
    { "/operations/receiveTillBaskets/x-rabbitmq/prefetch": 40 },
    ["patch consumption-tuned queue till.baskets"],
  ],
  [
    "an unknown extension",
    { "/defaultContentType": "application/cbor" },
    ["unknown unknown-change document"],
    "together",
  ],
  [
    "the content type of a message",
    { "/components/messages/basketPaid/contentType": "text/plain" },
    ["unknown unknown-change document"],
    "together",
  ],
  [
    "a header",
    { "/components/schemas/Headers/properties/tenant": { type: "string" } },
    [
      "minor headers-field-added message basket.filled",
      "minor headers-field-added message basket.emptied",
      "minor headers-field-added message basket.paid",
    ],
  ],
  [
    "a required header",
    {
      "/components/messages/basketPaid/headers": { $ref: "#/components/schemas/PaidHeaders" },
      "/components/schemas/PaidHeaders": {
        ...(headers(1) as object),
        required: ["schema-version", "causation-id"],
        properties: {
          "schema-version": { const: 1 },
          "causation-id": { type: "string", format: "uuid" },
          traceparent: { type: "string", maxLength: 55 },
          tracestate: { type: "string", maxLength: 512 },
        },
      },
    },
    ["breaking headers-refused-by-new-consumers message basket.paid"],
    "producers-first",
  ],
  [
    "the schema-version",
    {
      "/components/messages/basketPaid/headers": { $ref: "#/components/schemas/PaidHeaders" },
      "/components/schemas/PaidHeaders": headers(2),
    },
    [
      "breaking message-version-changed message basket.paid",
      "breaking message-added-to-used-route message basket.paid",
    ],
    "together",
  ],
  [
    "the name of a message",
    { "/components/messages/basketPaid/name": "basket.payed" },
    [
      "breaking message-renamed message basket.paid",
      "breaking message-added-to-used-route message basket.payed",
    ],
    "together",
  ],
  [
    "the key of a message",
    {
      "/components/messages/basketSettled": paid({}),
      "/components/messages/basketPaid": undefined,
      "/channels/basketPaid/messages/basketPaid": { $ref: "#/components/messages/basketSettled" },
      "/channels/shopPayments/messages/basketPaid": { $ref: "#/components/messages/basketSettled" },
      "/channels/shopPaymentsDead/messages/basketPaid": { $ref: "#/components/messages/basketSettled" },
    },
    ["patch message-key-renamed message basket.paid"],
  ],
  ["a message with a route of its own", refunded, ["minor message-added message basket.refunded"]],
  [
    "a message bound to an old queue",
    {
      ...refunded,
      "/channels/shopPayments/x-rabbitmq/bindings/0/routingKeys/1": "basket.refunded",
      "/channels/shopPayments/messages/basketRefunded": { $ref: "#/components/messages/basketRefunded" },
      "/operations/receiveShopPayments/messages/1": {
        $ref: "#/channels/shopPayments/messages/basketRefunded",
      },
    },
    ["minor message-added message basket.refunded", "minor binding-added queue shop.payments"],
    "consumers-first",
  ],
  [
    "a message beside another on its route",
    {
      "/components/messages/basketRefunded": paid({ name: "basket.refunded" }),
      "/channels/basketPaid/messages/basketRefunded": { $ref: "#/components/messages/basketRefunded" },
      "/operations/sendBasketPaid/messages/1": { $ref: "#/channels/basketPaid/messages/basketRefunded" },
    },
    ["breaking message-added-to-used-route message basket.refunded"],
    "consumers-first",
  ],
  [
    "a message removed",
    {
      "/operations/sendBasketEmptied": undefined,
      "/channels/basketEmptied": undefined,
      "/components/messages/basketEmptied": undefined,
      [`${queue}/messages/basketEmptied`]: undefined,
      "/channels/tillBasketsDead/messages/basketEmptied": undefined,
      "/operations/receiveTillBaskets/messages/1": undefined,
      [`${rabbitmq}/bindings/0/routingKeys/1`]: undefined,
    },
    ["breaking message-removed message basket.emptied", "minor binding-removed queue till.baskets"],
    "producers-first",
  ],
  [
    "a routing key",
    {
      "/channels/basketPaid/address": "basket.settled",
      "/channels/shopPayments/x-rabbitmq/bindings/0/routingKeys/0": "basket.settled",
    },
    [
      "breaking route-changed message basket.paid",
      "minor binding-added queue shop.payments",
      "minor binding-removed queue shop.payments",
    ],
    "consumers-first",
  ],
  [
    "a second route",
    {
      "/channels/basketPaidToo": route("basket.paid.too", "till", "basketPaid"),
      "/operations/sendBasketPaidToo": send("basketPaidToo", "basketPaid", "till"),
    },
    ["minor route-added message basket.paid"],
  ],
  [
    "an exchange's name",
    {
      [`${exchange("basketPaid")}/name`]: "tills",
      "/channels/shopPayments/x-rabbitmq/bindings/0/exchange": "tills",
    },
    [
      "breaking route-changed message basket.paid",
      "breaking exchange-renamed exchange till",
      "minor exchange-added exchange tills",
      "minor binding-added queue shop.payments",
      "minor binding-removed queue shop.payments",
    ],
    "together",
  ],
  [
    "an exchange's type",
    { [`${exchange("basketPaid")}/type`]: "topic" },
    ["breaking exchange-changed exchange till"],
    "together",
  ],
  [
    "an exchange's durability",
    { [`${exchange("basketPaid")}/durable`]: false },
    ["breaking exchange-changed exchange till"],
    "together",
  ],
  [
    "a producer added",
    { "/operations/sendBasketPaidByShop": send("basketPaid", "basketPaid", "shop") },
    ["minor producer-added message basket.paid", "breaking exchange-moved exchange till"].sort(),
    "together",
  ],
  [
    "another producer",
    { "/operations/sendBasketPaid/x-rabbitmq/service": "shop" },
    ["breaking producer-changed message basket.paid", "breaking exchange-moved exchange till"],
    "together",
  ],
];
