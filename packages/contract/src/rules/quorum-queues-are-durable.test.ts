import { describe, it } from "node:test";
import { quorumQueuesAreDurable } from "./quorum-queues-are-durable.ts";
import { assertBroken, assertKept } from "./testing/fixture.ts";

describe("a quorum queue is durable, and neither exclusive nor auto-deleted", () => {
  it("holds for the fixture, and leaves classic queues alone", () => {
    assertKept(quorumQueuesAreDurable);
    assertKept(quorumQueuesAreDurable, {
      "/channels/tillBasketsDead/x-rabbitmq/queue": { type: "classic" },
      "/channels/tillBasketsDead/bindings/amqp/queue/durable": false,
    });
  });

  it("is broken by each of the three settings", () => {
    const queue = "/channels/tillBaskets/bindings/amqp/queue";
    assertBroken(
      quorumQueuesAreDurable,
      { [`${queue}/durable`]: false },
      `${queue}/durable`,
      /"till.baskets" has durable: false/,
    );
    assertBroken(
      quorumQueuesAreDurable,
      { [`${queue}/exclusive`]: true },
      `${queue}/exclusive`,
      /has exclusive: true/,
    );
    assertBroken(
      quorumQueuesAreDurable,
      { [`${queue}/autoDelete`]: true },
      `${queue}/autoDelete`,
      /has autoDelete: true/,
    );
  });
});
