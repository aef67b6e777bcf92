import { describe, it } from "node:test";
import { addressesFitTheirExchange as rule } from "./addresses-fit-their-exchange.ts";
import { assertBroken, assertKept } from "./testing/fixture.ts";
import { withParameter } from "./testing/routing.ts";

const channel = "/channels/basketPaid";
const exchange = `${channel}/bindings/amqp/exchange`;
const bindings = "/channels/shopPayments/x-rabbitmq/bindings";
const firstKey = `${bindings}/0/routingKeys/0`;

describe("an address fits its exchange", () => {
  it("holds for the fixture, and for a parameter on a topic exchange", () => {
    assertKept(rule);
    assertKept(rule, withParameter);
  });

  it("holds for a direct exchange whose parameter has values, and a queue that is bound to the address", () => {
    assertKept(rule, {
      ...withParameter,
      [`${exchange}/type`]: "direct",
      [`${channel}/parameters/till`]: { description: "One of two.", enum: ["north", "south"] },
      [bindings]: [{ exchange: "till", routingKeys: ["basket.{till}.paid"] }],
    });
  });

  it("is broken by a wildcard in an address", () => {
    assertBroken(rule, { [`${channel}/address`]: "basket.*" }, `${channel}/address`, /has the wildcard \*/);
  });

  it("is broken by a parameter that any word may take the place of, on a direct exchange", () => {
    assertBroken(
      rule,
      { ...withParameter, [`${exchange}/type`]: "direct", [firstKey]: "basket.paid" },
      `${channel}/parameters/till`,
      /may be any word, and the exchange "till" is direct/,
    );
  });

  it("is broken by parameters that are undeclared, unused, or parts of words", () => {
    const address = `${channel}/address`;
    assertBroken(
      rule,
      { ...withParameter, [`${channel}/parameters`]: undefined },
      address,
      /"till" of "basket\.\{till\}\.paid" is not declared/,
    );
    assertBroken(
      rule,
      { ...withParameter, [address]: "basket.paid" },
      `${channel}/parameters/till`,
      /"till" is not in the address/,
    );
    assertBroken(
      rule,
      { ...withParameter, [address]: "basket.{till}.paid-{till}" },
      address,
      /only a part of the word "paid-\{till\}"/,
    );
  });

  it("is broken by values that are no words, by a default, and by a location outside the payload", () => {
    const till = `${channel}/parameters/till`;
    const broken = (parameter: object, message: RegExp) =>
      assertBroken(rule, { ...withParameter, [till]: { ...parameter } }, till, message);
    broken({ enum: ["a", "b.c"] }, /has the value "b\.c"/);
    broken({ default: "a" }, /has a default/);
    broken({ location: "$message.header#/till" }, /is located at "\$message\.header#\/till"/);
  });

  it("is broken by a location where a payload may have nothing, or no string", () => {
    const till = `${channel}/parameters/till`;
    const at = (path: string) => ({ ...withParameter, [till]: { location: `$message.payload#${path}` } });
    assertKept(rule, at("/basketId"));
    assertBroken(rule, at("/till"), till, /"till" of "basket\.paid" is not in the payload/);
    assertBroken(
      rule,
      { ...at("/basketId"), "/components/schemas/Basket/required": [] },
      till,
      /may be absent/,
    );
  });

  it("is broken by a parameter in the name of a queue, and not again by what follows from that", () => {
    const queue = "/channels/tillBaskets";
    const named = {
      [`${queue}/address`]: "{queue}",
      [`${queue}/parameters`]: { queue: { description: "Of the requester." } },
      [`${queue}/bindings/amqp/queue/name`]: undefined,
      [`${queue}/x-rabbitmq`]: undefined,
      "/channels/tillBasketsDead": undefined,
    };
    assertBroken(rule, named, `${queue}/address`, /the queue "\{queue\}" has a parameter in its name/);
  });

  it("is broken by bindings that their exchange would not understand", () => {
    assertBroken(rule, { [firstKey]: "basket.*" }, firstKey, /a direct exchange has no wildcards/);
    assertBroken(rule, { [`${bindings}/0`]: { exchange: "till" } }, `${bindings}/0`, /without a key/);
    assertBroken(rule, { [firstKey]: "basket.{other}" }, firstKey, /which no channel has/);
    const headers = { [`${exchange}/type`]: "headers" };
    assertBroken(
      rule,
      { ...headers, [`${bindings}/0`]: { exchange: "till" } },
      `${bindings}/0`,
      /without arguments/,
    );
    const all = { exchange: "till", arguments: { "x-match": "most", "schema-version": 1 } };
    assertBroken(rule, { ...headers, [`${bindings}/0`]: all }, `${bindings}/0`, /x-match "most"/);
  });
});
