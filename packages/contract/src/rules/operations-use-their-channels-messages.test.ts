import { describe, it } from "node:test";
import { operationsUseTheirChannelsMessages } from "./operations-use-their-channels-messages.ts";
import { assertBroken, assertKept } from "./testing/fixture.ts";

describe("an operation names only messages of its channel", () => {
  it("holds for the fixture", () => {
    assertKept(operationsUseTheirChannelsMessages);
  });

  it("is broken by a message that the channel does not declare", () => {
    assertBroken(
      operationsUseTheirChannelsMessages,
      { "/operations/sendBasketPaid/messages/1": { $ref: "#/channels/basketFilled/messages/basketFilled" } },
      "/operations/sendBasketPaid",
      /names the message "basket.filled", which its channel "basketPaid" does not declare/,
    );
  });
});
