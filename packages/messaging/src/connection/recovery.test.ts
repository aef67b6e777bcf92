import assert from "node:assert/strict";
import { after, afterEach, before, describe, it } from "node:test";
import { eventually } from "../testing/eventually.ts";
import { Bench, job, strangersChannel, topology, whenReady } from "../testing/fixtures.ts";
import { DatabaseAway } from "../testing/memory-inbox.ts";
import { TcpProxy } from "../testing/proxy.ts";

describe("a service that loses what it depends on", () => {
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

  const effects = (expected: readonly string[]) =>
    eventually(() => assert.deepEqual([...bench.inbox.effects].sort(), [...expected].sort()));

  async function assertAllAcknowledged() {
    await bench.closeBrokers();
    assert.equal(await bench.host.queueDepth("jobs"), 0);
  }

  /** Hands the waiting messages to a stranger who goes away without a word, so that they are redelivered. */
  async function redeliver(count: number) {
    const { channel, close } = await strangersChannel(bench.host.amqpUrl);
    for (let n = 0; n < count; n++) assert.ok(await channel.get("jobs"));
    await close();
  }

  it("holds its deliveries while the database is away, using up no attempt and few log lines", async () => {
    const broker = await bench.ready();
    const attempts: number[] = [];
    bench.inbox.failure = new DatabaseAway("connection refused");
    bench.consume(broker, async (deliveries, tx) => {
      attempts.push(...deliveries.map(({ attempt }) => attempt));
      return bench.apply(deliveries, tx);
    });
    await Promise.all(["a", "b", "c"].map((name) => broker.publisher.publish(job(name))));
    await eventually(() => assert.ok(bench.inbox.attempts >= 3));
    assert.equal(bench.log.matching(/database is away/).length, 1);
    bench.inbox.failure = undefined;
    await effects(["a", "b", "c"]);
    assert.deepEqual(new Set(attempts), new Set([1]));
    await assertAllAcknowledged();
    assert.equal(await bench.host.queueDepth("jobs.dead"), 0);
  });

  it("records the starts of redelivered messages before and forgets them after, and runs a suspect alone", async () => {
    const broker = await bench.ready();
    const messages = ["a", "b", "c", "d", "e"].map((name) => job(name));
    for (const message of messages) await broker.publisher.publish(message);
    await redeliver(4);
    for (const message of messages.slice(1, 3)) bench.inbox.starts.set(message.id, 1);
    const batches: string[] = [];
    bench.consume(broker, async (deliveries, tx) => {
      batches.push(
        deliveries
          .map(({ payload, messageId, redelivered }) => {
            assert.equal(redelivered, payload.name !== "e");
            return `${payload.name} ${bench.inbox.starts.get(messageId) ?? 0}`;
          })
          .join(),
      );
      return bench.apply(deliveries, tx);
    });
    await effects(["a", "b", "c", "d", "e"]);
    assert.deepEqual(batches, ["a 1,d 1", "b 2", "c 2", "e 0"]);
    assert.equal(bench.inbox.starts.size, 0);
    await assertAllAcknowledged();
  });

  it("quarantines a message at its third start that never finished, and nothing else", async () => {
    const broker = await bench.ready();
    const [killer, suspect] = [job("killer"), job("suspect")];
    await broker.publisher.publish(killer);
    await broker.publisher.publish(suspect);
    await redeliver(2);
    bench.inbox.starts.set(killer.id, 3);
    bench.inbox.starts.set(suspect.id, 2);
    bench.consume(broker, bench.apply);
    await effects(["suspect"]);
    await eventually(async () => assert.equal(await bench.host.queueDepth("jobs.dead"), 1));
    const [dead] = await bench.host.takeMessages("jobs.dead");
    assert.equal(dead?.properties.message_id, killer.id);
    assert.equal(dead.properties.headers?.["dead-letter-reason"], "quarantined");
    await eventually(() => assert.equal(bench.inbox.starts.size, 0));
    await assertAllAcknowledged();
  });

  it("forgets the start of a redelivered message that throws, since the process outlived it", async () => {
    const broker = await bench.ready();
    await broker.publisher.publish(job("a"));
    await redeliver(1);
    bench.consume(broker, async (deliveries, tx) => {
      if (deliveries[0]?.attempt === 1) throw new Error("not today");
      return bench.apply(deliveries, tx);
    });
    await effects(["a"]);
    assert.equal(bench.inbox.starts.size, 0);
    await assertAllAcknowledged();
  });

  it("does not blame a redelivered message when the broker goes while the database is away", async () => {
    const broker = await bench.ready();
    const message = job("innocent");
    await broker.publisher.publish(message);
    await redeliver(1);
    let runs = 0;
    bench.consume(broker, async (deliveries, tx) => {
      // The start is recorded by now; the transaction will fail.
      bench.inbox.failure = ++runs <= 4 ? new DatabaseAway("gone") : undefined;
      return bench.apply(deliveries, tx);
    });
    for (let round = 1; round <= 4; round++) {
      await eventually(() => assert.equal(runs, round));
      await bench.host.closeConnections();
      await eventually(() => assert.equal(broker.connected, true));
      bench.inbox.failure = undefined;
    }
    await effects(["innocent"]);
    assert.equal(bench.inbox.starts.size, 0);
    await assertAllAcknowledged();
    assert.equal(await bench.host.queueDepth("jobs.dead"), 0);
  });

  it("applies every message once though the connection is cut again and again", async () => {
    const broker = await bench.ready();
    const names = Array.from({ length: 400 }, (_, n) => `${n}`);
    for (const name of names) void broker.publisher.publish(job(name));
    await eventually(async () => assert.equal(await bench.host.queueDepth("jobs"), 400));
    let cut = 0;
    bench.consume(broker, async (deliveries, tx) => {
      const outcomes = await bench.apply(deliveries, tx);
      if (bench.inbox.effects.length > 100 * (cut + 1)) {
        cut++;
        await bench.host.closeConnections();
      }
      return outcomes;
    });
    await eventually(() => assert.equal(bench.inbox.effects.length, 400), { timeout: 20_000 });
    assert.ok(cut >= 3);
    assert.deepEqual([...bench.inbox.effects].sort(), names.sort());
    await assertAllAcknowledged();
  });

  it("declares a deleted queue again and goes on consuming it", async () => {
    const broker = await bench.ready();
    const consumer = bench.consume(broker, bench.apply);
    await eventually(() => assert.equal(consumer.active, true));
    await bench.host.deleteQueue("jobs");
    await eventually(() => assert.equal(bench.log.matching(/cancelled the consumer/).length, 1));
    await eventually(() => broker.publisher.publish(job("after")), { timeout: 4_000 });
    await effects(["after"]);
    await assertAllAcknowledged();
  });

  it("declares a deleted binding again by itself", async () => {
    const broker = await bench.ready({ declareInterval: 100 });
    bench.consume(broker, bench.apply);
    const { channel, close } = await strangersChannel(bench.host.amqpUrl);
    await channel.unbindQueue("jobs", "shop", "job.added");
    await eventually(() => broker.publisher.publish(job("after")));
    await effects(["after"]);
    await close();
  });

  it("acknowledges no failed message before it has arrived, though its dead-letter queue is missing", async () => {
    const broker = await bench.ready({ declareInterval: 60_000 });
    await bench.host.deleteQueue("jobs.dead");
    await bench.host.publish({ exchange: "shop", routingKey: "job.added", payload: "poison" });
    bench.consume(broker, bench.apply);
    await broker.publisher.publish(job("neighbour"));
    await effects(["neighbour"]);
    await eventually(async () => assert.equal(await bench.host.queueDepth("jobs.dead"), 1));
    await assertAllAcknowledged();
  });

  it("starts while the broker is away, and before the services that own its exchanges", async () => {
    const proxy = await TcpProxy.start(bench.host.amqpUrl);
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
    const consumerSide = await bench.connect({ url: proxy.url(bench.host.amqpUrl), topology: consuming });
    bench.consume(consumerSide, bench.apply);
    await eventually(() => assert.equal(bench.log.matching(/cannot connect to the broker/).length, 1));
    assert.equal(consumerSide.connected, false);

    proxy.refusing = false;
    await eventually(() => assert.equal(consumerSide.connected, true), { timeout: 3_000 });
    await eventually(() => assert.equal(bench.log.matching(/waiting for the services that own/).length, 1));

    const { queues: _, ...rest } = topology;
    const producerSide = await bench.ready({ topology: { ...rest, queues: [] } });
    await eventually(() => producerSide.publisher.publish(job("first")));
    await effects(["first"]);
    await bench.closeBrokers();
    await proxy.close();
  });

  it("notices a half-open connection by its heartbeat, and resumes", async () => {
    const proxy = await TcpProxy.start(bench.host.amqpUrl);
    const broker = await bench.ready({ url: `${proxy.url(bench.host.amqpUrl)}?heartbeat=1` });
    bench.consume(broker, bench.apply);
    proxy.frozen = true;
    const lost = assert.rejects(broker.publisher.publish(job("lost")), { code: "connection-closed" });
    await eventually(() => assert.equal(broker.connected, false), { timeout: 6_000 });
    await lost;
    proxy.frozen = false;
    await whenReady(broker);
    await broker.publisher.publish(job("after"));
    await effects(["after"]);
    await bench.closeBrokers();
    await proxy.close();
  });
});
