import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, it } from "node:test";
import { type Job, job, jobAdded, jobsQueue, MessagingFixture } from "../testing/fixtures.ts";
import { eventually } from "../testing/wait.ts";
import type { Delivery } from "./handler.ts";
import { allDone } from "./outcome.ts";

describe("a consumer", () => {
  let fixture: MessagingFixture;
  beforeEach(async () => {
    fixture = await MessagingFixture.create();
  });
  afterEach(() => fixture.end());

  it("passes a decoded message to its handler, with the context for what it causes", async () => {
    const broker = await fixture.ready();
    const received: Delivery<Job>[] = [];
    fixture.consume(broker, async (deliveries) => {
      received.push(...deliveries);
      return allDone(deliveries);
    });
    const message = job("one");
    await broker.publisher.publish(message);
    const delivery = await eventually(() => {
      assert.equal(received.length, 1);
      return received[0];
    });
    assert.deepEqual(delivery, {
      messageId: message.id,
      type: "job.added",
      payload: { name: "one" },
      headers: { "schema-version": 1 },
      publishedAt: new Date(message.timestamp * 1000),
      attempt: 1,
      redelivered: false,
      exchange: "shop",
      routingKey: "job.added",
      correlationId: "job one",
      context: { causationId: message.id },
    });
    await fixture.allAcknowledgedOnce();
    assert.ok(fixture.inbox.done.has(message.id));
  });

  it("applies waiting messages in few transactions, in order, and acknowledges each once", async () => {
    const broker = await fixture.ready();
    const names = Array.from({ length: 200 }, (_, index) => `${index}`);
    await Promise.all(names.map((name) => broker.publisher.publish(job(name))));
    fixture.consume(broker, fixture.apply);
    await eventually(() => assert.deepEqual(fixture.inbox.effects, names));
    assert.ok(fixture.inbox.commits < 60, `${fixture.inbox.commits} transactions for 200 messages`);
    await fixture.allAcknowledgedOnce();
  });

  it("gives handlers at most batchSize deliveries, one batch at a time", async () => {
    const broker = await fixture.ready();
    const sizes: number[] = [];
    let running = 0;
    fixture.consume(broker, async (deliveries, tx) => {
      assert.equal(++running, 1);
      sizes.push(deliveries.length);
      await new Promise((resolve) => setImmediate(resolve));
      running--;
      return fixture.apply(deliveries, tx);
    });
    await Promise.all(Array.from({ length: 300 }, (_, n) => broker.publisher.publish(job(`${n}`))));
    await eventually(() => assert.equal(fixture.inbox.effects.length, 300));
    assert.ok(Math.max(...sizes) <= jobsQueue.batchSize, `${Math.max(...sizes)}`);
    assert.ok(Math.max(...sizes) > 1, "no batch was larger than one");
    await fixture.allAcknowledgedOnce();
  });

  it("reports that it makes no progress while one batch takes long, and is healthy once that ends", async () => {
    const broker = await fixture.ready();
    const released = Promise.withResolvers<void>();
    fixture.consume(broker, async (deliveries) => {
      await released.promise;
      return allDone(deliveries);
    });
    const trouble = (milliseconds: number) => broker.consumers[0]?.trouble(milliseconds);
    assert.equal(trouble(50), undefined);
    await broker.publisher.publish(job("one"));
    await eventually(() => assert.match(String(trouble(50)), /a batch has been in progress for \d+ s/));
    assert.equal(trouble(60_000), undefined);
    released.resolve();
    await eventually(() => assert.equal(trouble(50), undefined));
  });

  it("calls the handler of each message's type", async () => {
    const broker = await fixture.ready();
    const seen: string[] = [];
    broker.consume(jobsQueue, fixture.inbox, {
      jobAdded: async (deliveries) => {
        seen.push(...deliveries.map(({ payload }) => `added ${payload.name}`));
        return allDone(deliveries);
      },
      jobRemoved: async (deliveries) => {
        seen.push(...deliveries.map(({ payload }) => `removed ${payload.name}`));
        return allDone(deliveries);
      },
    });
    await broker.publisher.publish(job("a"));
    const removed = { ...jobAdded, type: "job.removed" };
    await broker.publisher.publish(job("a", { message: removed, routingKey: "job.removed" }));
    await eventually(() => assert.deepEqual(seen.sort(), ["added a", "removed a"]));
    await fixture.allAcknowledgedOnce();
  });

  it("applies a message once however often it is published, even within a batch", async () => {
    const broker = await fixture.ready();
    const message = job("once");
    for (let n = 0; n < 5; n++) await broker.publisher.publish(message);
    fixture.consume(broker, fixture.apply);
    await broker.publisher.publish(job("other"));
    await fixture.effects(["once", "other"]);
    for (let n = 0; n < 5; n++) await broker.publisher.publish(message);
    await broker.publisher.publish(job("last"));
    await fixture.effects(["once", "other", "last"]);
    await fixture.allAcknowledgedOnce();
  });

  it("consumes nothing before it may, so that other processes get the messages", async () => {
    const may = Promise.withResolvers<void>();
    const broker = await fixture.ready({ consumeAfter: may.promise });
    const consumer = fixture.consume(broker, fixture.apply);
    await broker.publisher.publish(job("early"));
    assert.equal(await fixture.host.consumers("jobs"), 0);
    assert.equal(await fixture.host.queueDepth("jobs"), 1);
    assert.equal(consumer.active, false);
    may.resolve();
    await fixture.effects(["early"]);
    await fixture.allAcknowledgedOnce();
  });
});
