import { describe, it } from "node:test";
import { defaultsValidate } from "./defaults-validate.ts";
import { assertBroken, assertKept } from "./testing/fixture.ts";

const properties = "/components/schemas/BasketFilled/properties";

describe("defaults and examples fit their schemas", () => {
  it("holds for the fixture, and where they fit", () => {
    assertKept(defaultsValidate);
    assertKept(defaultsValidate, {
      [`${properties}/count`]: { type: "integer", default: 1, examples: [1, 2] },
      [`${properties}/default`]: { type: "string" },
    });
  });

  it("is broken by a default of another type", () => {
    assertBroken(
      defaultsValidate,
      { [`${properties}/count`]: { type: "integer", default: "abc" } },
      `${properties}/count/default`,
      /the default does not fit its schema: must be an integer, got "abc"/,
    );
  });

  it("is broken by an example that a producer could not send", () => {
    assertBroken(
      defaultsValidate,
      {
        [`${properties}/list`]: {
          type: "array",
          items: { type: "object", properties: { a: { type: "null" } }, examples: [{ a: null }, { b: 1 }] },
        },
      },
      `${properties}/list/items/examples/1`,
      /the example does not fit its schema: \/b is not named by the contract/,
    );
  });
});
