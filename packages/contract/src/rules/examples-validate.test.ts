import { describe, it } from "node:test";
import { examplesValidate } from "./examples-validate.ts";
import { assertBroken, assertKept } from "./testing/fixture.ts";

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
});
