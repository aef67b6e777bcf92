import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, it } from "node:test";
import { MessagingError, PermanentError } from "../errors.ts";
import { job, MessagingFixture } from "../testing/fixtures.ts";
import { eventually } from "../testing/wait.ts";
import { deadLetter, done, retry } from "./outcome.ts";

describe("a message that fails", () => {
  let fixture: MessagingFixture;
  beforeEach(async () => {
    fixture = await MessagingFixture.create();
  });
  afterEach(() => fixture.end());

  it("dead-letters an invalid message at the first attempt, with its bytes unchanged, and applies the other messages", async () => {
    const broker = await fixture.ready();
    const raw = (payload: string, properties: Record<string, unknown>) =>
      fixture.host.publish({ exchange: "shop", routingKey: "job.added", payload, properties });
    const valid = {
      message_id: "019a4f2e-7b12-7d90-b1c4-0a5e7f3d2c11",
      type: "job.added",
      timestamp: 1_770_000_000,
      correlation_id: "c",
      content_type: "application/json",
      headers: { "schema-version": 1 },
    };
    await broker.publisher.publish(job("before"));
    await raw("{ not json", valid);
    await raw('{"name":3}', valid);
    await raw('{"name":"x"}', { ...valid, type: "job.unheard" });
    await raw('{"name":"x"}', { ...valid, headers: { "schema-version": 2 } });
    await raw('{"name":"x"}', { ...valid, message_id: "42" });
    await raw('{"name":"x"}', {});
    await broker.publisher.publish(job("after"));
    fixture.consume(broker, fixture.apply);
    await fixture.effects(["before", "after"]);
    await eventually(async () => assert.equal(await fixture.host.queueDepth("jobs.dead"), 6));
    await fixture.allAcknowledgedOnce();

    const dead = await fixture.host.takeMessages("jobs.dead");
    assert.deepEqual(
      dead.map(({ payload, properties: { headers } }) => [
        payload,
        headers?.["dead-letter-reason"],
        headers?.["failure-reason"],
      ]),
      [
        ["{ not json", "undecodable", dead[0]?.properties.headers?.["failure-reason"]],
        ['{"name":3}', "invalid", 'payload at "/name" must be a string'],
        ['{"name":"x"}', "unknown-message", 'the queue accepts no messages of type "job.unheard"'],
        ['{"name":"x"}', "unknown-message", "the queue accepts no schema version 2 of job.added"],
        ['{"name":"x"}', "invalid", 'the AMQP property message_id must be a UUID in lower case, got "42"'],
        ['{"name":"x"}', "invalid", "the AMQP property type is missing"],
      ],
    );
    const { headers } = dead[1]?.properties ?? {};
    assert.equal(headers?.["original-exchange"], "shop");
    assert.equal(headers?.["original-routing-key"], "job.added");
    assert.equal(headers?.["retry-attempt"], 1);
    assert.equal(headers?.["schema-version"], 1);
    assert.ok(Date.parse(String(headers?.["dead-lettered-at"])) <= Date.now());
    assert.ok(Date.parse(String(headers?.["first-failed-at"])) <= Date.now());
    assert.equal(dead[1]?.properties.message_id, valid.message_id);
  });

  it("redirects a message whose headers are too large to be republished", async () => {
    const broker = await fixture.ready();
    await fixture.host.publish({
      exchange: "shop",
      routingKey: "job.added",
      payload: "nonsense",
      properties: { type: "job.added", headers: { large: "x".repeat(70_000) } },
    });
    fixture.consume(broker, fixture.apply);
    await eventually(async () => assert.equal(await fixture.host.queueDepth("jobs.dead"), 1));
    const [dead] = await fixture.host.takeMessages("jobs.dead");
    assert.equal(dead?.properties.headers?.["dead-letter-reason"], "undecodable");
    await fixture.allAcknowledgedOnce();
  });

  it("halves a failed batch, so that only the failing message is retried", async () => {
    const broker = await fixture.ready();
    const batches: string[][] = [];
    const names = ["a", "b", "bad", "c"];
    for (const name of names) await broker.publisher.publish(job(name));
    fixture.consume(broker, async (deliveries, tx) => {
      batches.push(deliveries.map(({ payload }) => payload.name));
      const outcomes = await fixture.apply(deliveries, tx);
      if (deliveries.some(({ payload, attempt }) => payload.name === "bad" && attempt < 3)) {
        throw new Error("cannot bear it");
      }
      return outcomes;
    });
    await fixture.effects(names);
    const attempts = batches.filter((batch) => batch.includes("bad"));
    assert.equal(attempts.at(-1)?.length, 1);
    assert.equal(fixture.inbox.effects.at(-1), "bad");
    await fixture.allAcknowledgedOnce();
    assert.equal(await fixture.host.queueDepth("jobs.dead"), 0);
  });

  it("retries a failing message through each tier, then dead-letters it with its history", async () => {
    const broker = await fixture.ready();
    const seen: { attempt: number; at: number; headers: object }[] = [];
    fixture.consume(broker, async ([delivery]) => {
      assert.ok(delivery);
      seen.push({ attempt: delivery.attempt, at: performance.now(), headers: delivery.headers });
      throw new Error(`attempt ${delivery.attempt} failed ${"x".repeat(600)}`);
    });
    const message = job("stubborn");
    await broker.publisher.publish(message);
    await eventually(async () => assert.equal(await fixture.host.queueDepth("jobs.dead"), 1));
    assert.deepEqual(
      seen.map(({ attempt }) => attempt),
      [1, 2, 3],
    );
    const [first, second, third] = seen;
    assert.ok(first && second && third);
    assert.ok(second.at - first.at >= 100, "the first tier waits 100 ms");
    assert.ok(third.at - second.at >= 300, "the second tier waits 300 ms");

    const [dead] = await fixture.host.takeMessages("jobs.dead");
    const headers = dead?.properties.headers ?? {};
    assert.equal(headers["dead-letter-reason"], "retries-exhausted");
    assert.equal(headers["retry-attempt"], 3);
    assert.equal(headers["original-exchange"], "shop");
    assert.equal(headers["original-routing-key"], "job.added");
    assert.match(String(headers["failure-reason"]), /^Error: attempt 3 failed x+$/);
    assert.equal(String(headers["failure-reason"]).length, 500);
    assert.ok(String(headers["first-failed-at"]) < String(headers["dead-lettered-at"]));
    assert.equal(dead?.properties.message_id, message.id);
    assert.equal(dead?.properties.correlation_id, "job stubborn");
    assert.equal(dead?.payload, message.content);
    assert.deepEqual(
      Object.keys(headers).filter((key) => key.startsWith("x-") && key !== "x-delivery-count"),
      [],
    );
    await fixture.allAcknowledgedOnce();
    assert.equal(fixture.inbox.done.size, 0);
  });

  it("handles each delivery of a batch according to its own outcome, and commits what is done", async () => {
    const broker = await fixture.ready();
    for (const name of ["good", "later", "never", "fine"]) await broker.publisher.publish(job(name));
    fixture.consume(broker, async (deliveries, tx) =>
      deliveries.map(({ payload, attempt }) => {
        if (payload.name === "never") return deadLetter("it is no good");
        if (payload.name === "later" && attempt === 1) return retry("not yet");
        tx.effects.push(payload.name);
        return done;
      }),
    );
    await fixture.effects(["good", "fine", "later"]);
    const [dead] = await eventually(async () => {
      const messages = await fixture.host.takeMessages("jobs.dead");
      assert.equal(messages.length, 1);
      return messages;
    });
    assert.equal(dead?.properties.headers?.["dead-letter-reason"], "rejected");
    assert.equal(dead?.properties.headers?.["failure-reason"], "it is no good");
    assert.equal(fixture.inbox.done.size, 3);
    await fixture.allAcknowledgedOnce();
  });

  it("dead-letters at once after a permanent error, or when the handler sends an invalid message", async () => {
    const broker = await fixture.ready();
    for (const name of ["one", "two"]) await broker.publisher.publish(job(name));
    fixture.consume(broker, async ([delivery]) => {
      if (delivery?.payload.name === "one") throw new PermanentError("no way");
      throw new MessagingError("message-invalid", "cannot send it");
    });
    await eventually(async () => assert.equal(await fixture.host.queueDepth("jobs.dead"), 2));
    const dead = await fixture.host.takeMessages("jobs.dead");
    assert.deepEqual(dead.map(({ properties }) => properties.headers?.["failure-reason"]).sort(), [
      "MessagingError: cannot send it",
      "PermanentError: no way",
    ]);
    await fixture.allAcknowledgedOnce();
  });

  it("retries when a handler does not return one outcome for each delivery", async () => {
    const broker = await fixture.ready();
    fixture.consume(broker, async () => []);
    await broker.publisher.publish(job("one"));
    await eventually(async () => assert.equal(await fixture.host.queueDepth("jobs.dead"), 1));
    const [dead] = await fixture.host.takeMessages("jobs.dead");
    assert.match(
      String(dead?.properties.headers?.["failure-reason"]),
      /returned 0 outcomes for 1 deliveries/,
    );
  });
});
