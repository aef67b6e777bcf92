import { describe, it } from "node:test";
import { quorumQueuesLimitDeliveries } from "./quorum-queues-limit-deliveries.ts";
import { assertBroken, assertKept } from "./testing/fixture.ts";

describe("every quorum queue sets its delivery limit", () => {
  it("holds for the fixture, and leaves classic queues alone", () => {
    assertKept(quorumQueuesLimitDeliveries);
    assertKept(quorumQueuesLimitDeliveries, {
      "/channels/tillBasketsDead/x-rabbitmq/queue": { type: "classic" },
    });
  });

  it("is broken by a queue that leaves it to the broker", () => {
    assertBroken(
      quorumQueuesLimitDeliveries,
      { "/channels/tillBaskets/x-rabbitmq/queue/deliveryLimit": undefined },
      "/channels/tillBaskets/x-rabbitmq/queue/deliveryLimit",
      /"till.baskets" sets no delivery limit/,
    );
  });
});
