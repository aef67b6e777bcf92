import assert from "node:assert/strict";
import { after, afterEach, before, describe, it } from "node:test";
import { connectBroker } from "./broker.ts";
import { eventually } from "./testing/eventually.ts";
import { Bench, job, jobs, topology } from "./testing/fixtures.ts";
import { DatabaseAway } from "./testing/memory-inbox.ts";
import { TcpProxy } from "./testing/proxy.ts";

describe("closing a broker", () => {
  let bench: Bench;
  before(async () => {
    bench = await Bench.create();
  });
  afterEach(async () => {
    await bench.closeBrokers();
    await bench.host.drop();
    bench = await Bench.create();
  });
  after(() => bench.end());

  it("gives held deliveries back when it is closed", async () => {
    const broker = await bench.ready();
    bench.inbox.failure = new DatabaseAway("connection refused");
    bench.consume(broker, bench.apply);
    await broker.publisher.publish(job("a"));
    await eventually(() => assert.ok(bench.inbox.attempts >= 1));
    const started = performance.now();
    await broker.close();
    assert.ok(performance.now() - started < 2_000, "it waited for the database");
    await bench.left("jobs", 1);
  });

  it("finishes the batch under way when it is closed, and leaves the rest in the queue", async () => {
    const broker = await bench.ready();
    for (let n = 0; n < 100; n++) await broker.publisher.publish(job(`${n}`));
    let finish = () => {};
    const gate = new Promise<void>((resolve) => {
      finish = resolve;
    });
    let started = 0;
    bench.consume(broker, async (deliveries, tx) => {
      started += deliveries.length;
      await gate;
      return bench.apply(deliveries, tx);
    });
    await eventually(() => assert.ok(started > 0));
    const closing = broker.close();
    finish();
    await closing;
    assert.equal(bench.inbox.effects.length, started);
    await bench.left("jobs", 100 - started);
  });

  it("closes in time though a handler never ends", async () => {
    const broker = await bench.ready();
    await broker.publisher.publish(job("endless"));
    let started = false;
    bench.consume(broker, () => {
      started = true;
      return new Promise(() => {});
    });
    await eventually(() => assert.ok(started));
    const before = performance.now();
    await broker.close({ timeout: 300 });
    assert.ok(performance.now() - before < 2_000);
    await bench.left("jobs", 1);
  });

  it("gives back a failed message that it could not pass on, when it is closed", async () => {
    const broker = await bench.ready();
    await bench.host.publish({ exchange: "shop", routingKey: "job.added", payload: "poison" });
    bench.consume(broker, bench.apply, { ...jobs, deadLetterQueue: "jobs.nowhere" });
    await eventually(() => assert.equal(bench.log.matching(/could not be redirected/).length, 1));
    await broker.close();
    await bench.left("jobs", 1);
  });

  it("closes in time though the broker no longer answers", async () => {
    const proxy = await TcpProxy.start(bench.host.amqpUrl);
    const broker = await bench.ready({ url: proxy.url(bench.host.amqpUrl) });
    bench.consume(broker, bench.apply);
    proxy.frozen = true;
    const before = performance.now();
    await broker.close({ timeout: 300 });
    assert.ok(performance.now() - before < 3_000, `${performance.now() - before} ms`);
    proxy.cut();
    await proxy.close();
  });
});

describe("connecting a broker", () => {
  it("refuses a URL that is none of a broker, without printing it", async () => {
    const bench = await Bench.create();
    await assert.rejects(
      connectBroker({ url: "http://user:secret@localhost", topology, log: bench.log }),
      (error: Error) => /has to be amqp:/.test(error.message) && !error.message.includes("secret"),
    );
    await bench.end();
  });

  it("can be given up while it is still trying", async () => {
    const bench = await Bench.create();
    const away = await bench.connect({ url: "amqp://127.0.0.1:1" });
    await eventually(() => assert.equal(bench.log.matching(/cannot connect/).length, 1));
    await away.close();
    await bench.end();
  });
});
