import { describe, it } from "node:test";
import { queuesAreConsumed } from "./queues-are-consumed.ts";
import { assertBroken, assertKept } from "./testing/fixture.ts";

describe("every queue is consumed by one operation", () => {
  it("holds for the fixture, where dead-letter queues are not consumed", () => {
    assertKept(queuesAreConsumed);
  });

  it("is broken by a queue that nothing consumes", () => {
    assertBroken(
      queuesAreConsumed,
      { "/operations/receiveShopPayments": undefined },
      "/channels/shopPayments",
      /nothing consumes the queue "shop.payments"/,
    );
  });

  it("is broken by a dead-letter queue that nothing dead-letters to", () => {
    assertBroken(
      queuesAreConsumed,
      { "/channels/shopPayments/x-rabbitmq/deadLetter/routingKey": "shop.payments" },
      "/channels/shopPaymentsDead",
      /nothing consumes the queue "shop.payments.dead", and no queue dead-letters to it/,
    );
  });

  it("is broken by a second service that consumes it", () => {
    assertBroken(
      queuesAreConsumed,
      {
        "/operations/stealBaskets": {
          action: "receive",
          channel: { $ref: "#/channels/tillBaskets" },
          summary: "Takes some.",
          messages: [{ $ref: "#/channels/tillBaskets/messages/basketFilled" }],
          "x-rabbitmq": { version: 1, service: "shop", prefetch: 1, batchSize: 1 },
        },
      },
      "/operations/stealBaskets",
      /"stealBaskets" \(shop\) consumes "till.baskets", which "receiveTillBaskets" \(till\) consumes already/,
    );
  });
});
