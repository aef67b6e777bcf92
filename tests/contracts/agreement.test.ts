import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { findDisagreements } from "./agreement.ts";
import type { Matcher, MessageInteraction } from "./pact-files.ts";
import { changed, contract, pacts } from "./testing.ts";

/** Findings after changing all interactions about `stock.low`. */
function found(change: (interaction: MessageInteraction) => MessageInteraction): string {
  const [only] = changed("stock.low", change).filter(({ consumer }) => consumer.name === "notification");
  return only ? findDisagreements(contract, [only]).join("\n") : "";
}

const withContent = (content: object) => (one: MessageInteraction) => ({
  ...one,
  contents: {
    ...one.contents,
    content: { ...JSON.parse(JSON.stringify(one.contents?.content)), ...content },
  },
});

const withRule = (path: string, matcher: Matcher) => (one: MessageInteraction) => ({
  ...one,
  matchingRules: {
    ...one.matchingRules,
    body: { ...one.matchingRules?.body, [path]: { matchers: [matcher] } },
  },
});

const withMetadata = (metadata: object) => (one: MessageInteraction) => ({
  ...one,
  metadata: { ...one.metadata, ...metadata },
});

describe("the pacts of generated/pacts", () => {
  it("agree with the contract in every field, example and matcher", () => {
    assert.deepEqual(findDisagreements(contract, pacts), []);
  });
});

describe("a pact disagrees with the contract", () => {
  it("if an example violates the contract", () => {
    assert.equal(
      found(withContent({ available: -1 })),
      'notification-inventory.json: "stock.low" (a product just above its low-stock threshold) has an example in which /available must be at least 0, got -1',
    );
  });

  it("if it has a field that the contract does not name", () => {
    assert.match(found(withContent({ supplier: "ACME" })), /supplier is not named by the contract/);
  });

  it("if a matcher refuses what the contract allows", () => {
    assert.match(
      found(withRule("$.sku", { match: "regex", regex: "^LAMP-[0-9]+$" })),
      /at sku refuses ".*", which the contract allows/,
    );
    assert.match(
      found(withRule("$.name", { match: "equality" })),
      /at name refuses "a", which the contract allows/,
    );
  });

  it("if a matcher accepts what the contract forbids", () => {
    assert.match(
      found(withRule("$.sku", { match: "regex", regex: "^[A-Za-z0-9 -]+$" })),
      /at sku accepts ".*", which the contract forbids/,
    );
  });

  it("if a field has no matcher: its example would be the only value", () => {
    assert.match(
      found(({ matchingRules, ...one }) => one),
      /at available refuses 0, which the contract allows/,
    );
  });

  it("if a list's length is bounded differently than in the contract", () => {
    const lists = (list: Matcher) => {
      const change = withRule("$.shortages", list);
      const [only] = changed("stock.rejected", change).filter(({ consumer }) => consumer.name === "order");
      return findDisagreements(contract, only ? [only] : []).join("\n");
    };
    assert.match(lists({ match: "type", min: 2 }), /at shortages refuses a list of 1, which the contract/);
    assert.match(lists({ match: "type", min: 1, max: 9 }), /at shortages refuses a list of 100, which/);
    assert.match(lists({ match: "equality" }), /at shortages refuses other lists than its example/);
    assert.equal(lists({ match: "type", min: 1 }), "");
  });

  it("if a matcher has no example in the pact", () => {
    assert.match(
      found(withRule("$.supplier", { match: "type" })),
      /has a matcher for supplier, of which it has no example/,
    );
  });

  it("if it has another route, content type or header", () => {
    assert.match(found(withMetadata({ routingKey: "stock.gone" })), /the contract has no such route/);
    assert.match(found(withMetadata({ contentType: "text/plain" })), /has the content type "text\/plain"/);
    assert.match(
      found(withMetadata({ "headers.schema-version": 2 })),
      /as to its headers has an example in which \/schema-version must be 1/,
    );
    assert.match(
      found((one) => ({
        ...one,
        matchingRules: {
          ...one.matchingRules,
          metadata: { "headers.schema-version": { matchers: [{ match: "regex", regex: "^[a-z]$" }] } },
        },
      })),
      /as to its headers at schema-version refuses 1, which the contract allows/,
    );
    assert.match(found(withMetadata({ "headers.priority": 1 })), /\/priority is not named by the contract/);
  });

  it("if it uses a generator, whose values are never checked", () => {
    assert.match(
      found((one) => ({ ...one, generators: { body: {} } })),
      /has generators/,
    );
  });
});
