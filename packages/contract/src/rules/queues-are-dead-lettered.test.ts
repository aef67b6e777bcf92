import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { queuesAreDeadLettered } from "./queues-are-dead-lettered.ts";
import { assertBroken, assertKept, complaints } from "./testing/fixture.ts";

const route = "/channels/tillBaskets/x-rabbitmq/deadLetter";

describe("every consumed queue has a dead-letter queue that keeps messages", () => {
  it("holds for the fixture", () => {
    assertKept(queuesAreDeadLettered);
  });

  it("holds for a queue that says nothing about its dead letters", () => {
    const noRoute = { "/channels/tillBaskets/x-rabbitmq/deadLetter": undefined };
    assertKept(queuesAreDeadLettered, noRoute);
    assertKept(queuesAreDeadLettered, { ...noRoute, "/channels/tillBasketsDead": undefined });
  });

  it("is broken by a route that no queue is bound to", () => {
    assertBroken(
      queuesAreDeadLettered,
      { [`${route}/routingKey`]: "till.baskets.gone" },
      route,
      /exchange "till.redelivery" with key "till.baskets.gone", and no queue is bound to that/,
    );
  });

  it("is broken by a route that leads to two queues", () => {
    assertBroken(
      queuesAreDeadLettered,
      {
        "/channels/shopPaymentsDead/x-rabbitmq/bindings/1": {
          exchange: "till.redelivery",
          routingKeys: ["till.baskets.dead"],
        },
      },
      route,
      /dead-letters to several queues: "till.baskets.dead" and "shop.payments.dead"/,
    );
  });

  it("is broken by the exchange of another service", () => {
    assertBroken(
      queuesAreDeadLettered,
      {
        [`${route}/exchange`]: "shop.redelivery",
        "/channels/tillBasketsDead/x-rabbitmq/bindings/0/exchange": "shop.redelivery",
      },
      route,
      /dead-letters through "shop.redelivery", which is not the redelivery exchange of its consumer till/,
    );
  });

  it("is broken by a routing key that is not the name of the queue", () => {
    assertBroken(
      queuesAreDeadLettered,
      {
        [`${route}/routingKey`]: "dead",
        "/channels/tillBasketsDead/x-rabbitmq/bindings/0/routingKeys": ["dead"],
      },
      route,
      /with key "dead" to the queue "till.baskets.dead"/,
    );
  });

  it("is broken by a route back to a queue that is consumed", () => {
    const found = complaints(queuesAreDeadLettered, {
      [`${route}/routingKey`]: "till.baskets",
      "/channels/tillBaskets/x-rabbitmq/bindings/1": {
        exchange: "till.redelivery",
        routingKeys: ["till.baskets"],
      },
    });
    assert.equal(found.length, 1);
    assert.match(found[0]?.message ?? "", /dead-letters to "till.baskets", which is consumed/);
  });

  it("is broken by two queues that share a dead-letter queue", () => {
    const found = complaints(queuesAreDeadLettered, {
      "/channels/shopPayments/x-rabbitmq/deadLetter": {
        exchange: "till.redelivery",
        routingKey: "till.baskets.dead",
      },
    });
    assert.ok(
      found.some(({ message }) =>
        /"shop.payments" and "till.baskets" share the dead-letter queue/.test(message),
      ),
    );
  });

  it("is broken by a dead-letter queue with another delivery limit than its queue", () => {
    assertBroken(
      queuesAreDeadLettered,
      { "/channels/tillBasketsDead/x-rabbitmq/queue/deliveryLimit": 20 },
      "/channels/tillBasketsDead",
      /"till.baskets.dead" differs from "till.baskets" in its type or delivery limit/,
    );
  });

  it("is broken by a dead-letter queue that does not outlive the broker's restart or its last consumer", () => {
    const found = complaints(queuesAreDeadLettered, {
      "/channels/tillBasketsDead/x-rabbitmq/queue": { type: "classic" },
      "/channels/tillBasketsDead/bindings/amqp/queue": {
        name: "till.baskets.dead",
        durable: false,
        exclusive: false,
        autoDelete: true,
      },
    });
    assert.deepEqual(
      found.map(({ message }) => message),
      [
        'the dead-letter queue "till.baskets.dead" has durable: false, and would lose what it keeps',
        'the dead-letter queue "till.baskets.dead" has autoDelete: true, and would lose what it keeps',
        'the dead-letter queue "till.baskets.dead" differs from "till.baskets" in its type or delivery limit',
      ],
    );
  });

  it("is broken by a dead-letter queue that forwards, retries or receives live messages", () => {
    const dead = "/channels/tillBasketsDead/x-rabbitmq";
    const deadLetter = { exchange: "till.redelivery", routingKey: "till.baskets" };
    assertBroken(
      queuesAreDeadLettered,
      { [`${dead}/deadLetter`]: deadLetter },
      `${dead}/deadLetter`,
      /has a dead-letter route of its own/,
    );
    assertBroken(
      queuesAreDeadLettered,
      { [`${dead}/retry`]: [{ queue: "again", delay: 1000 }] },
      "/channels/tillBasketsDead",
      /has retry tiers of its own/,
    );
    assertBroken(
      queuesAreDeadLettered,
      { [`${dead}/bindings/1`]: { exchange: "shop", routingKeys: ["basket.filled"] } },
      `${dead}/bindings/1/routingKeys/0`,
      /"till.baskets.dead" is bound to "shop" with the key "basket.filled"/,
    );
  });
});
