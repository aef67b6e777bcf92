import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { nothingIsUnused } from "./nothing-is-unused.ts";
import { assertKept, complaints } from "./testing/fixture.ts";

describe("every route and message is used", () => {
  it("holds for the fixture", () => {
    assertKept(nothingIsUnused);
  });

  it("is broken by a channel that nothing sends to", () => {
    const found = complaints(nothingIsUnused, { "/operations/sendBasketPaid": undefined });
    assert.deepEqual(
      found.map(({ pointer, message }) => [pointer, message]),
      [
        ["/channels/basketPaid", 'no operation sends to the channel "basketPaid"'],
        ["/components/messages/basketPaid", 'no operation sends "basket.paid"'],
      ],
    );
  });
});
