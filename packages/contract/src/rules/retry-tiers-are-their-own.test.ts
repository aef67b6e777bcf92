import { describe, it } from "node:test";
import { retryTiersAreTheirOwn } from "./retry-tiers-are-their-own.ts";
import { assertBroken, assertKept } from "./testing/fixture.ts";

const retry = "/channels/tillBaskets/x-rabbitmq/retry";

describe("each retry tier is a queue of its own", () => {
  it("holds for the fixture", () => {
    assertKept(retryTiersAreTheirOwn);
  });

  it("is broken by two delays that share a queue", () => {
    assertBroken(
      retryTiersAreTheirOwn,
      { [`${retry}/1/queue`]: "till.baskets.retry.1s" },
      `${retry}/1`,
      /"till.baskets.retry.1s" serves a delay of 1000 ms for "till.baskets" and one of 10000 ms for "till.baskets"/,
    );
  });

  it("is broken by two queues that share a tier", () => {
    assertBroken(
      retryTiersAreTheirOwn,
      { [`${retry}/0/queue`]: "shop.payments.retry.1s" },
      "/channels/shopPayments/x-rabbitmq/retry/0",
      /for "till.baskets" and one of 1000 ms for "shop.payments"/,
    );
  });

  it("is broken by a tier that is also a channel", () => {
    assertBroken(
      retryTiersAreTheirOwn,
      { [`${retry}/0/queue`]: "shop.payments" },
      `${retry}/0`,
      /the retry queue "shop.payments" of "till.baskets" is also a channel/,
    );
  });

  it("is broken by delays that repeat or go down", () => {
    assertBroken(
      retryTiersAreTheirOwn,
      { [`${retry}/1/delay`]: 1000 },
      `${retry}/1/delay`,
      /tier of 1000 ms .* follows one of 1000 ms/,
    );
    assertBroken(
      retryTiersAreTheirOwn,
      { [`${retry}/1/delay`]: 1 },
      `${retry}/1/delay`,
      /tier of 1 ms .* follows one of 1000 ms/,
    );
  });

  it("is broken by a tier of a queue that nothing consumes", () => {
    assertBroken(
      retryTiersAreTheirOwn,
      { "/channels/tillBasketsDead/x-rabbitmq/retry": [{ queue: "again", delay: 1000 }] },
      "/channels/tillBasketsDead/x-rabbitmq/retry/0",
      /"till.baskets.dead" has a retry tier, and nothing consumes it/,
    );
  });
});
