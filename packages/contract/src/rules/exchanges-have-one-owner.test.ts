import { describe, it } from "node:test";
import { exchangesHaveOneOwner } from "./exchanges-have-one-owner.ts";
import { assertBroken, assertKept } from "./testing/fixture.ts";

const services = "/x-rabbitmq/services";

describe("one service publishes to an exchange", () => {
  it("holds for the fixture, where one service sends two messages", () => {
    assertKept(exchangesHaveOneOwner);
  });

  it("is broken by a second service that publishes there", () => {
    assertBroken(
      exchangesHaveOneOwner,
      { "/operations/sendBasketEmptied/x-rabbitmq/service": "till" },
      "/operations/sendBasketEmptied",
      /lets till publish to the exchange "shop", which shop owns/,
    );
  });

  it("is broken by services that share a redelivery exchange", () => {
    assertBroken(
      exchangesHaveOneOwner,
      { [`${services}/till/redeliveryExchange`]: "shop.redelivery" },
      "/x-rabbitmq/services/till",
      /shop and till share the redelivery exchange "shop.redelivery"/,
    );
  });

  it("is broken by a redelivery exchange that messages are sent to", () => {
    assertBroken(
      exchangesHaveOneOwner,
      { [`${services}/till/redeliveryExchange`]: "till" },
      "/x-rabbitmq/services/till",
      /messages are sent to "till", the redelivery exchange of till/,
    );
  });
});
