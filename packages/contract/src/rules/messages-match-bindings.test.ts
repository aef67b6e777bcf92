import { describe, it } from "node:test";
import { messagesMatchBindings } from "./messages-match-bindings.ts";
import { assertBroken, assertKept } from "./testing/fixture.ts";

describe("a queue declares exactly the messages that flow into it", () => {
  it("holds for the fixture", () => {
    assertKept(messagesMatchBindings);
  });

  it("is broken by a message that is bound and not declared", () => {
    assertBroken(
      messagesMatchBindings,
      {
        "/channels/tillBaskets/messages/basketEmptied": undefined,
        "/channels/tillBasketsDead/messages/basketEmptied": undefined,
        "/operations/receiveTillBaskets/messages/1": undefined,
      },
      "/channels/tillBaskets",
      /"till.baskets" does not declare "basket.emptied", which is sent to a key that it is bound to/,
    );
  });

  it("is broken by a message that is declared and not bound", () => {
    assertBroken(
      messagesMatchBindings,
      { "/channels/tillBaskets/x-rabbitmq/bindings/0/routingKeys": ["basket.filled"] },
      "/channels/tillBaskets",
      /"till.baskets" declares "basket.emptied", which no binding routes there/,
    );
  });

  it("is broken by an operation that leaves a declared message out", () => {
    assertBroken(
      messagesMatchBindings,
      { "/operations/receiveTillBaskets/messages/0": undefined },
      "/operations/receiveTillBaskets",
      /"receiveTillBaskets" does not receive "basket.filled", which the queue "till.baskets" declares/,
    );
  });

  it("is broken by a dead-letter queue that declares other messages than its queue", () => {
    assertBroken(
      messagesMatchBindings,
      { "/channels/tillBasketsDead/messages/basketFilled": undefined },
      "/channels/tillBasketsDead",
      /"till.baskets.dead" does not declare "basket.filled", which may come from "till.baskets"/,
    );
  });
});
