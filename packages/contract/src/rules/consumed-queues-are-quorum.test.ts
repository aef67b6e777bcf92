import { describe, it } from "node:test";
import { consumedQueuesAreQuorum } from "./consumed-queues-are-quorum.ts";
import { assertBroken, assertKept } from "./testing/fixture.ts";

describe("consumed queues are quorum queues", () => {
  it("holds for the fixture, and lets a dead-letter queue be classic", () => {
    assertKept(consumedQueuesAreQuorum);
    assertKept(consumedQueuesAreQuorum, {
      "/channels/tillBasketsDead/x-rabbitmq/queue": { type: "classic" },
    });
  });

  it("is broken by a consumed classic queue", () => {
    assertBroken(
      consumedQueuesAreQuorum,
      { "/channels/tillBaskets/x-rabbitmq/queue": { type: "classic" } },
      "/channels/tillBaskets/x-rabbitmq/queue/type",
      /"till.baskets" is a classic queue/,
    );
  });
});
