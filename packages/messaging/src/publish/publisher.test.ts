import assert from "node:assert/strict";
import { after, afterEach, before, describe, it } from "node:test";
import { MessagingError } from "../errors.ts";
import { job, jobRemoved, MessagingFixture, rawChannel, topology, whenReady } from "../testing/fixtures.ts";
import { TcpProxy } from "../testing/proxy.ts";
import { eventually } from "../testing/wait.ts";

const defaultConfirmTimeout = 30_000;

describe("the publisher", () => {
  let fixture: MessagingFixture;
  before(async () => {
    fixture = await MessagingFixture.create();
  });
  afterEach(async () => {
    await fixture.closeBrokers();
    for (const name of ["jobs", "jobs.dead"]) await fixture.host.deleteQueue(name);
  });
  after(() => fixture.end());

  it("resolves once the message is in its queue, with all its properties", async () => {
    const broker = await fixture.ready();
    const message = job("one");
    await broker.publisher.publish(message);

    const [taken] = await fixture.host.takeMessages("jobs");
    assert.equal(taken?.payload, '{"name":"one"}');
    const { "x-delivery-count": _, ...headers } = taken.properties.headers ?? {}; // the queue's own
    assert.deepEqual(
      { ...taken.properties, headers },
      {
        message_id: message.id,
        type: "job.added",
        timestamp: message.timestamp,
        correlation_id: "job one",
        app_id: "shop",
        content_type: "application/json",
        content_encoding: "utf-8",
        delivery_mode: 2,
        headers: { "schema-version": 1 },
      },
    );
  });

  it("keeps the order of its calls when they exceed the window", async () => {
    const broker = await fixture.ready({ publishWindow: 7 });
    const names = Array.from({ length: 300 }, (_, index) => `${index}`);
    const confirmed: string[] = [];
    await Promise.all(
      names.map((name) => broker.publisher.publish(job(name)).then(() => confirmed.push(name))),
    );
    assert.equal(confirmed.length, 300);
    const taken = await fixture.host.takeMessages("jobs", 300);
    assert.deepEqual(
      taken.map(({ payload }) => JSON.parse(payload).name),
      names,
    );
  });

  it("publishes more than the channel's buffer holds", async () => {
    const broker = await fixture.ready({ publishWindow: 5_000 });
    const large = "x".repeat(3_000);
    await Promise.all(Array.from({ length: 2_000 }, () => broker.publisher.publish(job(large))));
    assert.equal(await fixture.host.queueDepth("jobs"), 2_000);
  });

  it("rejects a message that reaches no queue, and only that one", async () => {
    const broker = await fixture.ready();
    const results = await Promise.allSettled([
      broker.publisher.publish(job("before")),
      broker.publisher.publish(job("lost", { routingKey: "nowhere" })),
      broker.publisher.publish(job("after")),
    ]);
    assert.deepEqual(results.map(code), ["ok", "message-unacceptable", "ok"]);
    const [, lost] = results;
    assert.match(String(lost?.status === "rejected" && lost.reason), /"nowhere".*NO_ROUTE.*bind a queue/);
    assert.equal(await fixture.host.queueDepth("jobs"), 2);
  });

  it("rejects a message that a full queue refuses", async () => {
    const { channel, close } = await rawChannel(fixture.host.amqpUrl);
    const broker = await fixture.ready();
    await channel.assertQueue("tiny", { arguments: { "x-max-length": 0, "x-overflow": "reject-publish" } });
    await channel.bindQueue("tiny", "shop", "tiny");
    const results = await Promise.allSettled([
      broker.publisher.publish(job("1", { routingKey: "tiny" })),
      broker.publisher.publish(job("2")),
    ]);
    assert.deepEqual(results.map(code), ["message-refused", "ok"]);
    await channel.deleteQueue("tiny");
    await close();
  });

  it("opens another channel when a route is refused repeatedly, and continues", async () => {
    const { channel, close } = await rawChannel(fixture.host.amqpUrl);
    const broker = await fixture.ready();
    await channel.assertQueue("tiny", { arguments: { "x-max-length": 0, "x-overflow": "reject-publish" } });
    await channel.bindQueue("tiny", "shop", "tiny");
    const lost = () => fixture.log.matching(/publisher's channel was lost/).length;
    const before = lost();
    await eventually(async () => {
      await assert.rejects(broker.publisher.publish(job("1", { routingKey: "tiny" })));
      assert.ok(lost() > before);
    });
    await channel.deleteQueue("tiny");
    await close();
    await eventually(() => broker.publisher.publish(job("2")));
    await fixture.left("jobs", 1);
  });

  it("rejects everything in flight when a confirm times out, and continues afterwards", async () => {
    const proxy = await TcpProxy.start(fixture.host.amqpUrl);
    const broker = await fixture.ready({
      url: proxy.url(fixture.host.amqpUrl),
      confirmTimeout: 300,
      publishWindow: 2,
    });
    proxy.deaf = true;
    const started = performance.now();
    const results = await Promise.allSettled([1, 2, 3].map((n) => broker.publisher.publish(job(`${n}`))));
    assert.ok(performance.now() - started < defaultConfirmTimeout);
    assert.deepEqual(results.map(code), ["confirm-timeout", "channel-closed", "channel-closed"]);
    assert.equal(broker.publisher.ready, false);

    proxy.deaf = false;
    proxy.cut();
    await whenReady(broker);
    // On a busy machine, a confirm may take longer as well.
    await eventually(() => broker.publisher.publish(job("again")));
    await fixture.closeBrokers();
    await proxy.close();
  });

  it("rejects everything in flight and queued when the connection is lost, and is ready again after it", async () => {
    const proxy = await TcpProxy.start(fixture.host.amqpUrl);
    const broker = await fixture.ready({ url: proxy.url(fixture.host.amqpUrl), publishWindow: 5 });
    proxy.frozen = true;
    const publishing = Promise.allSettled(
      Array.from({ length: 20 }, (_, n) => broker.publisher.publish(job(`${n}`))),
    );
    proxy.refusing = true;
    proxy.frozen = false;
    proxy.cut();
    const results = await publishing;
    assert.deepEqual(new Set(results.map(code)), new Set(["connection-closed"]));
    assert.equal(broker.publisher.ready, false);
    await assert.rejects(broker.publisher.publish(job("none")), { code: "connection-closed" });

    proxy.refusing = false;
    await whenReady(broker);
    await broker.publisher.publish(job("again"));
    await fixture.closeBrokers();
    await proxy.close();
  });

  it("sends nothing while the broker blocks the connection, and everything once it is unblocked", async () => {
    const proxy = await TcpProxy.start(fixture.host.amqpUrl);
    const broker = await fixture.ready({ url: proxy.url(fixture.host.amqpUrl) });
    let became = 0;
    broker.publisher.onReady(() => became++);
    proxy.inject(connectionMethod(60, "low on memory"));
    await eventually(() => assert.equal(broker.publisher.ready, false));
    const waiting = broker.publisher.publish(job("patient"));
    assert.equal(await fixture.host.queueDepth("jobs"), 0);
    proxy.inject(connectionMethod(61));
    await waiting;
    assert.equal(became, 1);
    assert.equal(await fixture.host.queueDepth("jobs"), 1);
    await fixture.closeBrokers();
    await proxy.close();
  });

  it("rejects a message that waits too long because the broker blocks the connection", async () => {
    const proxy = await TcpProxy.start(fixture.host.amqpUrl);
    const broker = await fixture.ready({ url: proxy.url(fixture.host.amqpUrl), confirmTimeout: 300 });
    proxy.inject(connectionMethod(60, "low on disk"));
    await eventually(() => assert.equal(broker.publisher.ready, false));
    await assert.rejects(broker.publisher.publish(job("too long")), { code: "confirm-timeout" });
    proxy.inject(connectionMethod(61));
    await eventually(() => broker.publisher.publish(job("again")));
    await fixture.closeBrokers();
    await proxy.close();
  });

  it("survives connections that the broker closes repeatedly", async () => {
    const broker = await fixture.ready();
    for (let round = 0; round < 3; round++) {
      const publishing = Promise.allSettled(
        Array.from({ length: 200 }, (_, n) => broker.publisher.publish(job(`${round}-${n}`))),
      );
      await fixture.host.closeConnections();
      const codes = new Set((await publishing).map(code));
      for (const each of codes) assert.ok(["ok", "connection-closed"].includes(each), each);
      // The broker may close the last connections only now.
      await eventually(() => broker.publisher.publish(job(`after-${round}`)));
    }
  });

  it("holds back only messages for a queue that its owner has not declared yet", async () => {
    const [added, removed] = topology.routes;
    assert.ok(added && removed);
    const waiting = { ...topology, routes: [{ ...added, queues: ["jobs", "elsewhere"] }, removed] };
    const broker = await fixture.ready({ topology: waiting });
    await assert.rejects(broker.publisher.publish(job("early")), { code: "topology-mismatch" });
    await broker.publisher.publish(job("other", { message: jobRemoved, routingKey: "job.removed" }));
    assert.deepEqual(
      broker.publisher.pausedRoutes.map(({ routingKey }) => routingKey),
      ["job.added"],
    );
    assert.ok(fixture.log.matching(/wait until the services that own them/).length > 0);

    const { channel, close } = await rawChannel(fixture.host.amqpUrl);
    const goesOn = new Promise<void>((resolve) => broker.publisher.onReady(resolve));
    await channel.assertQueue("elsewhere", { durable: true });
    await goesOn;
    await broker.publisher.publish(job("late"));
    await channel.deleteQueue("elsewhere");
    await close();
  });

  it("waits for outstanding confirms when it is closed", async () => {
    const broker = await fixture.ready({ publishWindow: 10 });
    const publishing = Promise.allSettled(
      Array.from({ length: 200 }, (_, n) => broker.publisher.publish(job(`${n}`))),
    );
    await broker.close({ timeout: 60_000 });
    assert.deepEqual(new Set((await publishing).map(code)), new Set(["ok"]));
    await assert.rejects(broker.publisher.publish(job("late")), { code: "connection-closed" });
  });
});

function code(result: PromiseSettledResult<void>): string {
  if (result.status === "fulfilled") return "ok";
  return result.reason instanceof MessagingError ? result.reason.code : String(result.reason);
}

/** A frame of class connection as the broker sends it: 60 is blocked, with a reason, and 61 unblocked. */
function connectionMethod(method: number, reason?: string): Uint8Array {
  const text = reason === undefined ? [] : [reason.length, ...Buffer.from(reason)];
  const payload = [0, 10, 0, method, ...text];
  return Uint8Array.from([1, 0, 0, 0, 0, 0, payload.length, ...payload, 0xce]);
}
