import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { examplesValidate } from "./examples-validate.ts";
import { assertBroken, assertKept, complaints } from "./testing/fixture.ts";

const example = "/components/messages/basketFilled/examples/0";

describe("every example is one that its producer could send", () => {
  it("holds for the fixture", () => {
    assertKept(examplesValidate);
  });

  it("is broken by a payload or headers that the schema refuses", () => {
    assertBroken(
      examplesValidate,
      { [`${example}/payload/items`]: 0 },
      `${example}/payload/items`,
      /in the example "one" of "basket.filled", payload\/items must be at least 1, got 0/,
    );
    assertBroken(
      examplesValidate,
      { [`${example}/payload/basketId`]: "1" },
      `${example}/payload/basketId`,
      /must be a UUID, got "1"/,
    );
    assertBroken(
      examplesValidate,
      { [`${example}/payload/items`]: undefined },
      `${example}/payload/items`,
      /payload\/items is missing/,
    );
    assertBroken(
      examplesValidate,
      { [`${example}/headers/schema-version`]: 2 },
      `${example}/headers/schema-version`,
      /must be 1, got 2/,
    );
  });

  it("is broken by a field that the contract does not name", () => {
    assertBroken(
      examplesValidate,
      { [`${example}/payload/total`]: 1 },
      `${example}/payload/total`,
      /payload\/total is not named by the contract/,
    );
  });

  it("leaves schemas that cannot be enforced to their own rule", () => {
    assertKept(examplesValidate, { "/components/schemas/BasketFilled/properties/items/pattern": "(" });
  });

  it("is broken by keys that no single branch of anyOf names, as producers refuse them", () => {
    const branch = (name: string) => ({
      type: "object",
      required: [name],
      properties: { [name]: { type: "string" } },
    });
    const found = complaints(examplesValidate, {
      "/components/messages/basketPaid/payload": { anyOf: [branch("a"), branch("b")] },
      "/components/messages/basketPaid/examples/0/payload": { a: "1", b: "2" },
      "/components/messages/basketPaid/examples/1/payload": { a: "1" },
    });
    assert.match(found[0]?.message ?? "", /fits none of its alternatives: \/b is not named by the contract/);
    assert.equal(found.length, 1, JSON.stringify(found));
  });
});
