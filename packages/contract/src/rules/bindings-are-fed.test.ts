import { describe, it } from "node:test";
import { bindingsAreFed } from "./bindings-are-fed.ts";
import { assertBroken, assertKept } from "./testing/fixture.ts";

describe("queues are bound only to routing keys that are sent", () => {
  it("holds for the fixture", () => {
    assertKept(bindingsAreFed);
  });

  it("is broken by an exchange that does not exist", () => {
    assertBroken(
      bindingsAreFed,
      { "/channels/shopPayments/x-rabbitmq/bindings/0/exchange": "bank" },
      "/channels/shopPayments/x-rabbitmq/bindings/0/routingKeys/0",
      /"shop.payments" is bound to the exchange "bank", which does not exist/,
    );
  });

  it("is broken by a key that no message is sent with", () => {
    assertBroken(
      bindingsAreFed,
      { "/channels/tillBaskets/x-rabbitmq/bindings/0/routingKeys/1": "basket.empty" },
      "/channels/tillBaskets/x-rabbitmq/bindings/0/routingKeys/1",
      /bound to "shop" with key "basket.empty", which nothing is sent with/,
    );
  });

  it("is broken by a binding to a redelivery exchange that is not a dead-letter route", () => {
    assertBroken(
      bindingsAreFed,
      {
        "/channels/tillBaskets/x-rabbitmq/bindings/1": {
          exchange: "till.redelivery",
          routingKeys: ["till.baskets"],
        },
      },
      "/channels/tillBaskets/x-rabbitmq/bindings/1/routingKeys/0",
      /redelivery exchange "till.redelivery" with key "till.baskets", which no queue dead-letters to/,
    );
  });
});
