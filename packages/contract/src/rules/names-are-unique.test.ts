import { describe, it } from "node:test";
import { namesAreUnique } from "./names-are-unique.ts";
import { assertBroken, assertKept } from "./testing/fixture.ts";

describe("names are unique", () => {
  it("holds for the fixture, where two channels name one exchange", () => {
    assertKept(namesAreUnique);
  });

  it("is broken by two channels for one queue", () => {
    assertBroken(
      namesAreUnique,
      { "/channels/shopPayments/bindings/amqp/queue/name": "till.baskets" },
      "/channels/shopPayments",
      /"tillBaskets" and "shopPayments" both define the queue "till.baskets"/,
    );
  });

  it("is broken by two messages with one name and version", () => {
    assertBroken(
      namesAreUnique,
      { "/components/messages/basketPaid/name": "basket.filled" },
      "/components/messages/basketPaid",
      /"basketFilled" and "basketPaid" are both called "basket.filled" version 1/,
    );
  });

  it("is broken by two channels with the same exchange and key", () => {
    assertBroken(
      namesAreUnique,
      { "/channels/basketEmptied/address": "basket.filled" },
      "/channels/basketEmptied",
      /both define the exchange "shop" with key "basket.filled"/,
    );
  });

  it("is broken by an exchange that is declared in two ways", () => {
    const exchange = "/channels/basketEmptied/bindings/amqp/exchange";
    assertBroken(
      namesAreUnique,
      { [`${exchange}/durable`]: false },
      `${exchange}/durable`,
      /"basketEmptied" says durable false of the exchange "shop", line \d+ says true/,
    );
  });
});
