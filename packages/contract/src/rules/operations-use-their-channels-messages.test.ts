import { describe, it } from "node:test";
import { operationsUseTheirChannelsMessages } from "./operations-use-their-channels-messages.ts";
import { queuesAreConsumed } from "./queues-are-consumed.ts";
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

  it("is broken at the operation that names it, where several receive from one queue", () => {
    const second = {
      "/operations/second": {
        action: "receive",
        channel: { $ref: "#/channels/tillBaskets" },
        messages: [{ $ref: "#/channels/basketPaid/messages/basketPaid" }],
        "x-rabbitmq": { service: "till", prefetch: 20, batchSize: 10 },
      },
    };
    const message = /"second" names the message "basket.paid"/;
    assertBroken(operationsUseTheirChannelsMessages, second, "/operations/second", message);
    assertKept(queuesAreConsumed, second);
  });
});
