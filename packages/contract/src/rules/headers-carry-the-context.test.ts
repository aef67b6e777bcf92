import { describe, it } from "node:test";
import { headersCarryTheContext } from "./headers-carry-the-context.ts";
import { assertBroken, assertKept } from "./testing/fixture.ts";

const headers = "/components/schemas/Headers";

describe("headers leave room for what the runtime adds", () => {
  it("holds for the fixture, for headers that declare none of it, and for a message without headers", () => {
    assertKept(headersCarryTheContext);
    assertKept(headersCarryTheContext, { [`${headers}/properties/causation-id`]: undefined });
    assertKept(headersCarryTheContext, { "/components/messages/basketPaid/headers": undefined });
  });

  it("holds for headers of several parts, and for required ones", () => {
    const till = { type: "object", required: ["till-id"], properties: { "till-id": { type: "string" } } };
    assertKept(headersCarryTheContext, {
      "/components/messages/basketPaid/headers": {
        allOf: [{ $ref: "#/components/schemas/Headers" }, till],
      },
    });
  });

  it("is broken by required headers that not every message has", () => {
    assertBroken(
      headersCarryTheContext,
      { [`${headers}/required`]: ["schema-version", "causation-id"] },
      headers,
      /require "causation-id", which not every message has/,
    );
  });

  it("is broken by headers that allow no others", () => {
    assertBroken(
      headersCarryTheContext,
      { [`${headers}/additionalProperties`]: false },
      headers,
      /allow no others, and the runtime adds its own/,
    );
  });

  it("is broken by headers of types that the runtime does not send or hand over", () => {
    assertBroken(
      headersCarryTheContext,
      { [`${headers}/properties/traceparent`]: { type: "integer" } },
      headers,
      /declare "traceparent" without type: string/,
    );
    assertBroken(
      headersCarryTheContext,
      { [`${headers}/properties/tags`]: { type: "array", items: { type: "string" } } },
      headers,
      /declare "tags" as array, which handlers are not given/,
    );
  });
});
