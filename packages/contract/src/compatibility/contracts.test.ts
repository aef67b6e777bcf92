import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { fixture, type Patch } from "../rules/testing/fixture.ts";
import { withParameter, withRequest } from "../rules/testing/routing.ts";
import type { JsonObject } from "../source.ts";
import { compare } from "./compare.ts";
import { report } from "./report/index.ts";
import { messageChanges } from "./testing/message-changes.ts";
import { queueChanges } from "./testing/queue-changes.ts";

const base = fixture();

describe("a change of the contract", () => {
  it("is classified: a correlation id is added", async () => {
    const older = fixture({ "/components/messages/basketFilled/correlationId": undefined });
    const { differences } = compare({ base: older, contract: base, releases: [] });
    assert.deepEqual(
      differences.map(({ level, rule }) => `${level} ${rule}`),
      ["minor correlation-id-added"],
    );
  });

  for (const [name, patch, expected, deploy = "any"] of [...messageChanges, ...queueChanges]) {
    it(`is classified: ${name}`, async () => {
      const { differences, verdict } = compare({ base, contract: fixture(patch), releases: [] });
      const found = differences.map(
        ({ judgement, level, rule, subject }) =>
          `${judgement === "compatible" ? level : judgement} ${rule} ${subject}`,
      );
      assert.deepEqual(found.sort(), [...expected].sort(), JSON.stringify(differences, undefined, 2));
      const deploys = new Set(differences.map((difference) => difference.deploy));
      assert.equal(verdict.deploy, deploy === "in turn" ? "together" : deploy);
      assert.equal(deploys.has("together"), deploy === "together");
      for (const difference of differences) {
        assert.ok(difference.place.line > 0);
        if (difference.judgement === "compatible") continue;
        assert.ok(difference.safeWay.length > 0, difference.rule);
        assert.ok(difference.affects.length > 0, difference.rule);
      }
    });
  }
});

describe("a change of what routes messages", () => {
  const found = (before: Patch, after: Patch) => {
    const options = { base: fixture(before), contract: fixture(after), releases: [] };
    return compare(options).differences.map(
      ({ judgement, rule, subject, deploy }) => `${judgement} ${rule} ${subject}: ${deploy}`,
    );
  };

  it("is breaking when a message becomes a request, ceases to be one, or is answered differently", () => {
    assert.deepEqual(found({}, withRequest), ["breaking reply-added message basket.paid: together"]);
    assert.deepEqual(found(withRequest, {}), ["breaking reply-removed message basket.paid: together"]);
    const messages = { basketEmptied: { $ref: "#/components/messages/basketEmptied" } };
    const changed = { ...withRequest, "/channels/replies/messages": messages };
    assert.deepEqual(found(withRequest, changed), ["breaking reply-changed message basket.paid: together"]);
  });

  it("is compatible when a parameter gets more or fewer values, consumers first for more", () => {
    const till = "/channels/basketPaid/parameters/till";
    const values = (...names: string[]) => ({ ...withParameter, [till]: { enum: names } });
    const address = "address basket.{till}.paid";
    const added = [`compatible parameter-value-added ${address}: consumers-first`];
    assert.deepEqual(found(values("a"), values("a", "b")), added);
    assert.deepEqual(found(values("a"), { ...withParameter, [till]: {} }), added);
    const removed = [`compatible parameter-value-removed ${address}: any`];
    assert.deepEqual(found(values("a", "b"), values("a")), removed);
    assert.deepEqual(found({ ...withParameter, [till]: {} }, values("a")), removed);
    const moved = { ...withParameter, [till]: { location: "$message.payload#/basketId" } };
    assert.deepEqual(found({ ...withParameter, [till]: {} }, moved), [
      `unknown parameter-moved ${address}: together`,
    ]);
    const text = { ...withParameter, [till]: { description: "Another text." } };
    assert.deepEqual(found(withParameter, text), ["compatible documentation document: any"]);
  });

  it("is breaking when an exchange gets an alternate, because a broker changes no exchange", () => {
    const settings = { exchange: { alternate: { name: "till.others" } } };
    assert.deepEqual(
      found({}, { "/channels/basketPaid/x-rabbitmq": settings }).map((line) => line.split(":")[0]),
      ["breaking exchange-changed exchange till", "compatible exchange-added exchange till.others"],
    );
  });

  it("is compatible when a queue is bound with a wider pattern, and breaking with a narrower one", () => {
    const bound = (...keys: string[]) => ({
      ...withParameter,
      "/channels/shopPayments/x-rabbitmq/bindings": [{ exchange: "till", routingKeys: keys }],
    });
    const judgements = (before: Patch, after: Patch) =>
      found(before, after).map((line) => line.split(":")[0]);
    assert.deepEqual(judgements(bound("basket.*.paid"), bound("basket.#")), [
      "compatible binding-added queue shop.payments",
      "compatible binding-removed queue shop.payments",
    ]);
    assert.deepEqual(judgements(bound("basket.*.paid"), bound("basket.north.paid")), [
      "breaking binding-removed queue shop.payments",
      "compatible binding-added queue shop.payments",
    ]);
  });
});

describe("a message that is new on a queue which old instances consume", () => {
  const added: Patch = {
    "/components/messages/basketRefunded": {
      ...(base.source.at("/components/messages/basketPaid") as JsonObject),
      name: "basket.refunded",
    },
    "/channels/basketRefunded": {
      ...(base.source.at("/channels/basketPaid") as JsonObject),
      address: "basket.refunded",
      messages: { basketRefunded: { $ref: "#/components/messages/basketRefunded" } },
    },
    "/operations/sendBasketRefunded": {
      action: "send",
      channel: { $ref: "#/channels/basketRefunded" },
      messages: [{ $ref: "#/channels/basketRefunded/messages/basketRefunded" }],
      "x-rabbitmq": { version: 1, service: "till" },
    },
    "/channels/shopPayments/x-rabbitmq/bindings/0/routingKeys/1": "basket.refunded",
    "/channels/shopPayments/messages/basketRefunded": { $ref: "#/components/messages/basketRefunded" },
    "/operations/receiveShopPayments/messages/1": {
      $ref: "#/channels/shopPayments/messages/basketRefunded",
    },
  };

  it("is deployed consumers first, in words and in JSON", () => {
    const comparison = compare({ base, contract: fixture(added), releases: [] });
    const parsed = JSON.parse(report(comparison, "json"));
    assert.equal(parsed.verdict.deploy, "consumers-first");
    const [message] = comparison.differences.filter(({ rule }) => rule === "message-added");
    assert.equal(message?.deploy, "consumers-first");
    assert.match(message?.why ?? "", /to shop.payments, which old shop consume as well and dead-letter/);
    assert.match(
      report(comparison, "text"),
      /\nDeploy consumers first: replace all of their instances before any new producer runs$/,
    );
  });
});

describe("a service that is removed", () => {
  const first = (patch: Patch) => compare({ base, contract: fixture(patch), releases: [] }).differences[0];

  it("is the first difference, and the first advice is how to do without it", () => {
    const gone = first({
      "/x-rabbitmq/services/till": undefined,
      "/operations/receiveTillBaskets": undefined,
      "/operations/sendBasketPaid": undefined,
    });
    assert.equal(gone?.rule, "service-removed");
    assert.match(gone?.why ?? "", /till.baskets fill, as none consumes them/);
    assert.match(gone?.safeWay[0] ?? "", /none sends what till alone consumes/);
  });

  it("is said to have operations left", () => {
    const gone = first({ "/x-rabbitmq/services/till": undefined });
    assert.match(gone?.change ?? "", /sendBasketPaid and receiveTillBaskets still belong to it/);
    assert.match(gone?.safeWay[0] ?? "", /keep the service, or remove its operations too/);
  });
});
