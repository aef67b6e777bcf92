import { describe, it } from "node:test";
import { requestsAreAnswered as rule } from "./requests-are-answered.ts";
import { assertBroken, assertKept } from "./testing/fixture.ts";
import { withRequest } from "./testing/routing.ts";

const sent = "/operations/sendBasketPaid";
const received = "/operations/receiveShopPayments";

describe("a request is answered", () => {
  it("holds for the fixture, and with a request that both sides know", () => {
    assertKept(rule);
    assertKept(rule, withRequest);
  });

  it("is broken when one side names no reply, or another one", () => {
    assertBroken(
      rule,
      { ...withRequest, [`${received}/reply`]: undefined },
      received,
      /expects "basket\.filled" in reply to "basket\.paid", and "receiveShopPayments" answers nothing/,
    );
    assertBroken(
      rule,
      { ...withRequest, [`${sent}/reply`]: undefined },
      received,
      /expects no reply to "basket\.paid"/,
    );
    assertBroken(
      rule,
      { ...withRequest, [`${received}/reply`]: { channel: { $ref: "#/channels/basketEmptied" } } },
      received,
      /answers with "basket\.emptied"/,
    );
  });

  it("is broken by a reply of two messages, and by one that goes elsewhere", () => {
    const basketPaid = { $ref: "#/components/messages/basketPaid" };
    assertBroken(
      rule,
      {
        ...withRequest,
        "/channels/others": { address: null, messages: { one: basketPaid, two: { ...basketPaid } } },
        [`${sent}/reply`]: { channel: { $ref: "#/channels/others" }, messages: [] },
        [`${received}/reply`]: undefined,
      },
      `${sent}/reply`,
      /has 0 messages/,
    );
    const address = { location: "$message.payload#/basketId" };
    const elsewhere = { channel: { $ref: "#/channels/replies" }, address };
    assertBroken(rule, { ...withRequest, [`${sent}/reply`]: elsewhere }, `${sent}/reply`, /is answered at/);
  });

  it("is broken by the reply of a second operation that receives from the queue", () => {
    assertBroken(
      rule,
      {
        ...withRequest,
        "/channels/replies/messages/other": { $ref: "#/components/messages/basketPaid" },
        [`${sent}/reply/messages`]: [{ $ref: "#/channels/replies/messages/basketFilled" }],
        [`${received}/reply/messages`]: [{ $ref: "#/channels/replies/messages/basketFilled" }],
        "/operations/second": {
          action: "receive",
          channel: { $ref: "#/channels/shopPayments" },
          messages: [{ $ref: "#/channels/shopPayments/messages/basketPaid" }],
          reply: { channel: { $ref: "#/channels/replies" } },
          "x-rabbitmq": { service: "shop", prefetch: 20, batchSize: 10 },
        },
      },
      "/operations/second/reply",
      /the reply of "second" has 2 messages/,
    );
  });

  it("is broken by a request that two queues take", () => {
    assertBroken(
      rule,
      {
        ...withRequest,
        "/channels/tillBaskets/x-rabbitmq/bindings/1": { exchange: "till", routingKeys: ["basket.paid"] },
        "/channels/tillBaskets/messages/basketPaid": { $ref: "#/components/messages/basketPaid" },
        "/operations/receiveTillBaskets/messages": [{ $ref: "#/channels/tillBaskets/messages/basketPaid" }],
        "/operations/receiveTillBaskets/reply": { channel: { $ref: "#/channels/replies" } },
      },
      sent,
      /sends the request "basket\.paid" to "till\.baskets" and "shop\.payments"/,
    );
  });
});
