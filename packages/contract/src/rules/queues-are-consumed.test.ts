import { describe, it } from "node:test";
import type { JsonObject } from "../json.ts";
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

  const second = (queue: string, message: string, settings: JsonObject) => ({
    "/operations/second": {
      action: "receive",
      channel: { $ref: `#/channels/${queue}` },
      summary: "Takes some.",
      messages: [{ $ref: `#/channels/${queue}/messages/${message}` }],
      "x-rabbitmq": settings,
    },
  });
  const limits = { prefetch: 20, batchSize: 10 };

  it("is broken by a second service that consumes it, also from a routing key", () => {
    assertBroken(
      queuesAreConsumed,
      second("tillBaskets", "basketFilled", { service: "shop", ...limits }),
      "/operations/second",
      /"second" \(shop\) consumes "till.baskets", which "receiveTillBaskets" \(till\) consumes already/,
    );
    assertBroken(
      queuesAreConsumed,
      {
        "/channels/basketPaid/bindings/amqp/queue": { name: "shop.payments" },
        "/operations/receiveShopPayments/channel": { $ref: "#/channels/basketPaid" },
        "/operations/receiveShopPayments/messages": undefined,
        ...second("basketPaid", "basketPaid", { service: "till", ...limits }),
      },
      "/operations/second",
      /"second" \(till\) consumes "shop.payments", which "receiveShopPayments" \(shop\) consumes already/,
    );
  });

  it("is broken by a second operation of the service with other limits, and not by one with the same", () => {
    assertKept(queuesAreConsumed, second("tillBaskets", "basketFilled", { service: "till", ...limits }));
    assertBroken(
      queuesAreConsumed,
      second("tillBaskets", "basketFilled", { service: "till", ...limits, batchSize: 5 }),
      "/operations/second",
      /"second" \(till\) consumes "till.baskets", which "receiveTillBaskets" \(till\) consumes already/,
    );
  });
});
