import { describe, it } from "node:test";
import { headersCarryTheContext } from "./headers-carry-the-context.ts";
import { assertBroken, assertKept } from "./testing/fixture.ts";

describe("headers declare what the runtime sends", () => {
  it("holds for the fixture", () => {
    assertKept(headersCarryTheContext);
  });

  it("is broken by a header that the runtime sets and the contract does not name", () => {
    assertBroken(
      headersCarryTheContext,
      { "/components/schemas/Headers/properties/causation-id": undefined },
      "/components/schemas/Headers",
      /"Headers" do not declare "causation-id"/,
    );
  });

  it("is broken by required headers that are not always set, and by optional ones that are", () => {
    const required = "/components/schemas/Headers/required";
    assertBroken(
      headersCarryTheContext,
      { [required]: ["schema-version", "causation-id"] },
      "/components/schemas/Headers",
      /require "causation-id", which not every message has/,
    );
    assertBroken(
      headersCarryTheContext,
      { [required]: undefined },
      "/components/schemas/Headers",
      /do not require "schema-version"/,
    );
  });
});
