/** The third tier of the generator's tests: what it writes for a golden contract works on a real broker. */
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import {
  allDone,
  type Broker,
  connectBroker,
  createOutbox,
  MessagingError,
  type OutboxMessage,
} from "@rabbit-contract/messaging";
import {
  eventually,
  MemoryInbox,
  RecordingLog,
  type TestVirtualHost,
  testVirtualHost,
} from "@rabbit-contract/messaging/testing";
import type { BasketFilled } from "../../golden/schema-keywords/expected/messages.ts";
import { shopService } from "../../golden/schema-keywords/expected/shop.ts";
import {
  type TillBasketsHandlers,
  tillBasketsQueue,
  tillService,
} from "../../golden/schema-keywords/expected/till.ts";

const log = new RecordingLog();
const inbox = new MemoryInbox();

const outbox = createOutbox(shopService, (tx: OutboxMessage[], message) => tx.push(message));
const basket: BasketFilled = {
  basketId: "019a4f2e-7b10-7c3a-9d51-3f2a6b8c1d01",
  kind: "gift",
  format: 1,
  items: [{ kind: "piece", code: "A-1", quantity: 1 }],
  audit: { by: "ann", at: "2026-03-14T09:26:53Z" },
};

describe("generated code on a real broker", () => {
  let virtualHost: TestVirtualHost;
  let shopBroker: Broker;
  let tillBroker: Broker;
  const received: BasketFilled[] = [];

  before(async () => {
    virtualHost = await testVirtualHost();
    shopBroker = await connectBroker({ url: virtualHost.amqpUrl, topology: shopService.topology, log });
    tillBroker = await connectBroker({ url: virtualHost.amqpUrl, topology: tillService.topology, log });
    tillBroker.consume(tillBasketsQueue, inbox, {
      basketFilled: async (deliveries) => {
        received.push(...deliveries.map((delivery) => delivery.payload));
        return allDone(deliveries);
      },
    });
    await eventually(() => assert.equal(shopBroker.publisher.ready, true));
  });

  after(async () => {
    await tillBroker.close();
    await shopBroker.close();
    await virtualHost.drop();
  });

  it("carries a payload from the sender's outbox to the consumer's handler", async () => {
    const messages: OutboxMessage[] = [];
    outbox.basketFilled(messages, basket);
    // Refused until the consumer's queue is seen; the relay tries again in the same way.
    assert.equal(messages[0]?.correlationId, basket.basketId);
    for (const message of messages) await eventually(() => shopBroker.publisher.publish(message));
    await eventually(() => assert.deepEqual(received, [basket]));
  });

  it("refuses to send what the contract does not allow", () => {
    const none = { ...basket, items: [] };
    assert.throws(
      () => outbox.basketFilled([], none),
      (error) => error instanceof MessagingError && /cannot send basket.filled.*\/items/.test(error.message),
    );
    const unknownField = { ...basket, colour: "red" };
    assert.throws(() => outbox.basketFilled([], unknownField), /colour/);
  });

  it("does not compile while a handler is missing", () => {
    // @ts-expect-error basketFilled is missing; the type check fails if this ever compiles
    const handlers: TillBasketsHandlers<null> = {};
    assert.deepEqual(handlers, {});
  });
});
