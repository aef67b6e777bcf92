import { describe, it } from "node:test";
import { messagesReachAQueue } from "./messages-reach-a-queue.ts";
import { assertBroken, assertKept } from "./testing/fixture.ts";

describe("every message sent reaches a queue", () => {
  it("holds for the fixture", () => {
    assertKept(messagesReachAQueue);
  });

  it("is broken by a key that no queue is bound to", () => {
    assertBroken(
      messagesReachAQueue,
      { "/channels/tillBaskets/x-rabbitmq/bindings/0/routingKeys": ["basket.filled"] },
      "/operations/sendBasketEmptied",
      /sends to exchange "shop" with key "basket.emptied", and no queue is bound/,
    );
  });

  it("is broken by a queue that is bound to another exchange with the same key", () => {
    assertBroken(
      messagesReachAQueue,
      { "/channels/shopPayments/x-rabbitmq/bindings/0/exchange": "shop" },
      "/operations/sendBasketPaid",
      /sends to exchange "till" with key "basket.paid"/,
    );
  });

  it("is broken by an operation that does not receive what its queue gets", () => {
    assertBroken(
      messagesReachAQueue,
      { "/operations/receiveTillBaskets/messages/1": undefined },
      "/operations/sendBasketEmptied",
      /sends "basket.emptied", which reaches "till.baskets", and no operation receives it/,
    );
  });

  it("is broken by a queue that nothing consumes", () => {
    assertBroken(
      messagesReachAQueue,
      { "/operations/receiveShopPayments": undefined },
      "/operations/sendBasketPaid",
      /no operation receives it there/,
    );
  });
});
