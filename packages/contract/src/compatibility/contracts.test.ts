import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { fixture, type Patch } from "../rules/testing/fixture.ts";
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
