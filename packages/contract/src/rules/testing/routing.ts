/** Patches of the fixture that give it a topic exchange with a parameter, and a request. */
import type { Patch } from "./fixture.ts";

const exchange = "/channels/basketPaid/bindings/amqp/exchange";

/** `basket.{till}.paid` on the topic exchange `till`. */
export const withParameter: Patch = {
  [`${exchange}/type`]: "topic",
  "/channels/basketPaid/address": "basket.{till}.paid",
  "/channels/basketPaid/parameters": { till: { description: "Where it was paid." } },
  "/channels/shopPayments/x-rabbitmq/bindings": [{ exchange: "till", routingKeys: ["basket.*.paid"] }],
};

/** The till asks whether a basket is paid, and the shop answers with `basket.filled`. */
export const withRequest: Patch = {
  "/channels/replies": {
    address: null,
    description: "Replies.",
    messages: { basketFilled: { $ref: "#/components/messages/basketFilled" } },
  },
  "/operations/sendBasketPaid/reply": { channel: { $ref: "#/channels/replies" } },
  "/operations/receiveShopPayments/reply": { channel: { $ref: "#/channels/replies" } },
};
