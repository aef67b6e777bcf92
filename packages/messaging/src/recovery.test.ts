import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, it } from "node:test";
import { job, MessagingFixture, rawChannel, topology } from "./testing/fixtures.ts";
import { DatabaseTrouble } from "./testing/memory-inbox.ts";
import { TcpProxy } from "./testing/proxy.ts";
import { eventually } from "./testing/wait.ts";

describe("a service that loses its broker or database", () => {
  let fixture: MessagingFixture;
  beforeEach(async () => {
    fixture = await MessagingFixture.create();
  });
  afterEach(() => fixture.end());

  /** Delivers the waiting messages to a connection that closes without acknowledging them, so that they are redelivered. */
  async function redeliver(count: number) {
    const waiting = await fixture.host.queueDepth("jobs");
    const { channel, close } = await rawChannel(fixture.host.amqpUrl);
    for (let n = 0; n < count; n++) assert.ok(await channel.get("jobs"));
    await close();
    await fixture.left("jobs", waiting);
  }

  /** Has the broker close both connections, and waits until they are open again. */
  async function reconnect() {
    const opened = () => fixture.log.matching(/connected to the broker/).length;
    const before = opened();
    await fixture.host.closeConnections();
    await eventually(() => assert.ok(opened() >= before + 2));
  }

  it("holds its deliveries while the database is unavailable, with no attempt used up and few log lines", async () => {
    const broker = await fixture.ready();
    const attempts: number[] = [];
    fixture.inbox.failure = new DatabaseTrouble("unavailable");
    fixture.consume(broker, async (deliveries, tx) => {
      attempts.push(...deliveries.map(({ attempt }) => attempt));
      return fixture.apply(deliveries, tx);
    });
    await Promise.all(["a", "b", "c"].map((name) => broker.publisher.publish(job(name))));
    await eventually(() => assert.ok(fixture.inbox.attempts >= 3));
    const { length } = fixture.log.matching(/database is unavailable/);
    assert.ok(length > 0 && length < fixture.inbox.attempts, `${length} lines`);
    fixture.inbox.failure = undefined;
    await fixture.effects(["a", "b", "c"]);
    assert.deepEqual(new Set(attempts), new Set([1]));
    await fixture.allAcknowledged();
    assert.equal(await fixture.host.queueDepth("jobs.dead"), 0);
  });

  it("records the starts of redelivered messages, deletes them afterwards, and runs a suspect alone", async () => {
    const broker = await fixture.ready();
    const messages = ["a", "b", "c", "d", "e"].map((name) => job(name));
    for (const message of messages) await broker.publisher.publish(message);
    await redeliver(4);
    for (const message of messages.slice(1, 3)) fixture.inbox.starts.set(message.id, 1);
    const batches: string[] = [];
    fixture.consume(broker, async (deliveries, tx) => {
      batches.push(
        deliveries
          .map(({ payload, messageId, redelivered }) => {
            assert.equal(redelivered, payload.name !== "e");
            return `${payload.name} ${fixture.inbox.starts.get(messageId) ?? 0}`;
          })
          .join(),
      );
      return fixture.apply(deliveries, tx);
    });
    await fixture.effects(["a", "b", "c", "d", "e"]);
    // Those without an unfinished start are one batch if they arrive together.
    assert.deepEqual(batches.join().split(",").toSorted(), ["a 1", "b 2", "c 2", "d 1", "e 0"]);
    for (const suspect of ["b 2", "c 2"]) assert.ok(batches.includes(suspect), batches.join(" "));
    assert.equal(fixture.inbox.starts.size, 0);
    await fixture.allAcknowledged();
  });

  it("quarantines a message after its third unfinished start, and no other message", async () => {
    const broker = await fixture.ready();
    const [crashing, suspect] = [job("crashing"), job("suspect")];
    await broker.publisher.publish(crashing);
    await broker.publisher.publish(suspect);
    await redeliver(2);
    fixture.inbox.starts.set(crashing.id, 3);
    fixture.inbox.starts.set(suspect.id, 2);
    fixture.consume(broker, fixture.apply);
    await fixture.effects(["suspect"]);
    await eventually(async () => assert.equal(await fixture.host.queueDepth("jobs.dead"), 1));
    const [dead] = await fixture.host.takeMessages("jobs.dead");
    assert.equal(dead?.properties.message_id, crashing.id);
    assert.equal(dead.properties.headers?.["dead-letter-reason"], "quarantined");
    await eventually(() => assert.equal(fixture.inbox.starts.size, 0));
    await fixture.allAcknowledged();
  });

  it("counts a start once when the database's answers to recording it are lost", async () => {
    const broker = await fixture.ready();
    const message = job("innocent");
    await broker.publisher.publish(message);
    await redeliver(1);
    fixture.inbox.starts.set(message.id, 1);
    fixture.inbox.lostAnswers = 2;
    fixture.consume(broker, fixture.apply);
    await eventually(() => assert.equal(fixture.inbox.lostAnswers, 0));
    await fixture.effects(["innocent"]);
    await fixture.allAcknowledged();
  });

  it("deletes the start of a redelivered message that throws, since the process survived", async () => {
    const broker = await fixture.ready();
    await broker.publisher.publish(job("a"));
    await redeliver(1);
    fixture.consume(broker, async (deliveries, tx) => {
      if (deliveries[0]?.attempt === 1) throw new Error("not today");
      return fixture.apply(deliveries, tx);
    });
    await fixture.effects(["a"]);
    assert.equal(fixture.inbox.starts.size, 0);
    await fixture.allAcknowledged();
  });

  it("does not count a start against a redelivered message when the broker is lost while the database is unavailable", async () => {
    const broker = await fixture.ready();
    const message = job("innocent");
    await broker.publisher.publish(message);
    await redeliver(1);
    let runs = 0;
    fixture.consume(broker, async (deliveries, tx) => {
      // The start is recorded by now; the transaction will fail.
      fixture.inbox.failure = ++runs <= 4 ? new DatabaseTrouble("unavailable") : undefined;
      return fixture.apply(deliveries, tx);
    });
    for (let round = 1; round <= 4; round++) {
      await eventually(() => assert.equal(runs, round));
      await reconnect();
      fixture.inbox.failure = undefined;
    }
    await fixture.effects(["innocent"]);
    assert.equal(fixture.inbox.starts.size, 0);
    await fixture.allAcknowledged();
    assert.equal(await fixture.host.queueDepth("jobs.dead"), 0);
  });

  it("counts the starts that other processes did not survive, although this one survived its own", async () => {
    const broker = await fixture.ready();
    const message = job("crashing");
    await broker.publisher.publish(message);
    await redeliver(1);
    let runs = 0;
    fixture.consume(broker, async (deliveries, tx) => {
      runs++;
      fixture.inbox.failure = new DatabaseTrouble("unavailable");
      return fixture.apply(deliveries, tx);
    });
    await eventually(() => assert.equal(runs, 1));
    fixture.inbox.starts.set(message.id, 3);
    await reconnect();
    fixture.inbox.failure = undefined;
    await eventually(async () => assert.equal(await fixture.host.queueDepth("jobs.dead"), 1));
    assert.equal(runs, 1);
    await fixture.allAcknowledged();
  });

  it("applies every message once although the connection is cut repeatedly", async () => {
    const broker = await fixture.ready();
    const names = Array.from({ length: 400 }, (_, n) => `${n}`);
    for (const name of names) void broker.publisher.publish(job(name));
    await eventually(async () => assert.equal(await fixture.host.queueDepth("jobs"), 400));
    let cut = 0;
    fixture.consume(broker, async (deliveries, tx) => {
      const outcomes = await fixture.apply(deliveries, tx);
      if (fixture.inbox.effects.length > 100 * (cut + 1)) {
        cut++;
        await fixture.host.closeConnections();
      }
      return outcomes;
    });
    await eventually(() => assert.equal(fixture.inbox.effects.length, 400));
    assert.ok(cut >= 3);
    assert.deepEqual([...fixture.inbox.effects].sort(), names.sort());
    await fixture.allAcknowledged();
  });

  it("redeclares a deleted queue and continues consuming it", async () => {
    const broker = await fixture.ready({ declareInterval: 60_000 });
    const consumer = fixture.consume(broker, fixture.apply);
    await eventually(() => assert.equal(consumer.active, true));
    await fixture.host.deleteQueue("jobs");
    await eventually(() => assert.equal(fixture.log.matching(/cancelled the consumer/).length, 1));
    await eventually(() => broker.publisher.publish(job("after")));
    await fixture.effects(["after"]);
    await fixture.allAcknowledged();
  });

  it("redeclares a deleted binding automatically", async () => {
    const broker = await fixture.ready({ declareInterval: 100 });
    fixture.consume(broker, fixture.apply);
    const { channel, close } = await rawChannel(fixture.host.amqpUrl);
    await channel.unbindQueue("jobs", "shop", "job.added");
    await eventually(() => broker.publisher.publish(job("after")));
    await fixture.effects(["after"]);
    await close();
  });

  it("acknowledges a failed message only once it is in its dead-letter queue, even if that was missing", async () => {
    const broker = await fixture.ready({ declareInterval: 60_000 });
    await fixture.host.deleteQueue("jobs.dead");
    await fixture.host.publish({ exchange: "shop", routingKey: "job.added", payload: "poison" });
    fixture.consume(broker, fixture.apply);
    await broker.publisher.publish(job("neighbour"));
    await fixture.effects(["neighbour"]);
    await eventually(async () => assert.equal(await fixture.host.queueDepth("jobs.dead"), 1));
    await fixture.allAcknowledged();
  });

  it("starts before the broker is up, and before the services that own its exchanges", async () => {
    const proxy = await TcpProxy.start(fixture.host.amqpUrl);
    proxy.refusing = true;
    const [, redelivery] = topology.exchanges;
    assert.ok(redelivery);
    const consuming = {
      ...topology,
      service: "late",
      exchanges: [redelivery],
      foreignExchanges: ["shop"],
      routes: [],
    };
    const consumerSide = await fixture.connect({ url: proxy.url(fixture.host.amqpUrl), topology: consuming });
    fixture.consume(consumerSide, fixture.apply);
    await eventually(() => assert.ok(fixture.log.matching(/cannot connect to the broker/).length >= 2));
    assert.equal(consumerSide.connected, false);

    proxy.refusing = false;
    await eventually(() => assert.equal(consumerSide.connected, true));
    await eventually(() => assert.ok(fixture.log.matching(/waiting for the services that own/).length > 0));

    const { queues: _, ...rest } = topology;
    const producerSide = await fixture.ready({ topology: { ...rest, queues: [] } });
    await eventually(() => producerSide.publisher.publish(job("first")));
    await fixture.effects(["first"]);
    await fixture.closeBrokers();
    await proxy.close();
  });

  it("detects half-open connections by their heartbeat, continues over new ones, and can be closed meanwhile", async () => {
    const proxy = await TcpProxy.start(fixture.host.amqpUrl);
    const url = `${proxy.url(fixture.host.amqpUrl)}?heartbeat=1`;
    const broker = await fixture.ready({ url });
    fixture.consume(broker, fixture.apply);
    // With such short heartbeats, a machine that pauses loses connections as well.
    const [before, after] = [job("before"), job("after")];
    await eventually(() => broker.publisher.publish(before));
    await fixture.effects(["before"]);
    proxy.freeze();
    await assert.rejects(broker.publisher.publish(job("lost")), { code: "connection-closed" });
    await eventually(() => broker.publisher.publish(after));
    await fixture.effects(["before", "after"]);

    proxy.freeze();
    await broker.close({ timeout: 500 });
    await proxy.close();
  });
});
