import { describe, it } from "node:test";
import { nothingIsUnused } from "./nothing-is-unused.ts";
import { assertBroken, assertKept } from "./testing/fixture.ts";

describe("every route and message is used", () => {
  it("holds for the fixture", () => {
    assertKept(nothingIsUnused);
  });

  it("is broken by a channel that nothing sends to, without further findings about its messages", () => {
    assertBroken(
      nothingIsUnused,
      { "/operations/sendBasketPaid": undefined },
      "/channels/basketPaid",
      /no operation sends to the channel "basketPaid"/,
    );
  });

  it("is broken by a message that is in no channel", () => {
    assertBroken(
      nothingIsUnused,
      { "/components/messages/basketLost": { payload: { type: "object" } } },
      "/components/messages/basketLost",
      /no operation sends "basketLost"/,
    );
  });
});
