import { describe, it } from "node:test";
import { queuesAreBound } from "./queues-are-bound.ts";
import { assertBroken, assertKept } from "./testing/fixture.ts";

describe("every queue is bound", () => {
  it("holds for the fixture", () => {
    assertKept(queuesAreBound);
  });

  it("is broken by a queue without bindings", () => {
    assertBroken(
      queuesAreBound,
      { "/channels/tillBaskets/x-rabbitmq/bindings": [] },
      "/channels/tillBaskets/x-rabbitmq/bindings",
      /the queue "till.baskets" is bound to no exchange/,
    );
  });

  it("is broken by a dead-letter queue without bindings", () => {
    assertBroken(
      queuesAreBound,
      { "/channels/tillBasketsDead/x-rabbitmq/bindings": [] },
      "/channels/tillBasketsDead/x-rabbitmq/bindings",
      /the queue "till.baskets.dead" is bound to no exchange/,
    );
  });
});
