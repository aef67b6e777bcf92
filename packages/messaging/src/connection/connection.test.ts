import assert from "node:assert/strict";
import { after, afterEach, before, beforeEach, describe, it } from "node:test";
import { type Channel, connect } from "amqplib";
import { TcpProxy } from "../testing/proxy.ts";
import { RecordingLog } from "../testing/recording-log.ts";
import { type TestVirtualHost, testVirtualHost } from "../testing/virtual-host.ts";
import { eventually } from "../testing/wait.ts";
import { closeQuietly } from "./channel.ts";
import { Connection } from "./connection.ts";

describe("a connection to a broker that stops answering", () => {
  let host: TestVirtualHost;
  let proxy: TcpProxy;
  before(async () => {
    host = await testVirtualHost();
  });
  beforeEach(async () => {
    proxy = await TcpProxy.start(host.amqpUrl);
  });
  afterEach(() => proxy.close());
  after(() => host?.drop());

  it("is reopened when its setup failed before the loss was detected", async () => {
    let attempts = 0;
    const connection = await Connection.open({
      url: proxy.url(host.amqpUrl),
      name: "test",
      async setup(model) {
        attempts += 1;
        await model.createChannel();
        if (attempts > 1) return;
        proxy.frozen = true;
        throw new Error("not this time");
      },
      log: new RecordingLog(),
    });
    await eventually(() => assert.equal(proxy.frozen, true));
    proxy.frozen = false;
    await eventually(() => assert.notEqual(connection.model, undefined));
    assert.equal(attempts, 2);
    await connection.close(1_000);
  });

  it("is reopened when it goes silent during its setup: opening a channel, declaring", async () => {
    for (const request of ["channel", "queue"] as const) {
      let attempts = 0;
      const connection = await Connection.open({
        url: `${proxy.url(host.amqpUrl)}?heartbeat=1`,
        name: "test",
        async setup(model) {
          attempts += 1;
          if (attempts === 1 && request === "channel") proxy.freeze();
          const channel = await model.createChannel();
          if (attempts === 1) proxy.freeze();
          await channel.assertQueue("silent", { exclusive: true });
        },
        log: new RecordingLog(),
      });
      await eventually(() => assert.notEqual(connection.model, undefined));
      // With such short heartbeats, a machine that pauses loses connections as well.
      assert.ok(attempts >= 2);
      await connection.close(1_000);
    }
  });

  it("is reopened when it was lost in the last step of its setup without an error", async () => {
    let attempts = 0;
    const connection = await Connection.open({
      url: proxy.url(host.amqpUrl),
      name: "test",
      async setup(model) {
        attempts += 1;
        const channel = await model.createChannel();
        if (attempts === 1) proxy.cut();
        await closeQuietly(channel);
      },
      log: new RecordingLog(),
    });
    await eventually(() => assert.notEqual(connection.model, undefined));
    const channel = await connection.model?.createChannel();
    assert.equal(attempts, 2);
    if (channel) await closeQuietly(channel);
    await connection.close(1_000);
  });

  it("is given up without an error when it is lost after it was closed while it was being opened", async () => {
    const log = new RecordingLog();
    const setup = () => assert.fail("it is closed");
    const connection = await Connection.open({ url: proxy.url(host.amqpUrl), name: "test", setup, log });
    const [openOk, close] = [Buffer.from([0, 10, 0, 41]), Buffer.from([0, 10, 0, 50])];
    proxy.tap = (from, sent) => {
      if (from === "server" && sent.includes(openOk)) void connection.close(1_000);
    };
    const lost = new Promise<void>((resolve) => {
      proxy.fate = (sent) => {
        if (!sent.includes(close)) return undefined;
        resolve();
        return "reset";
      };
    });
    await lost;
    // By its end, the loss has been noticed: an unhandled "error" event would fail this test.
    await closeQuietly(await connect(host.amqpUrl));
  });

  it("does not wait forever for the answer to closing a channel", async () => {
    const connection = await connect(proxy.url(host.amqpUrl));
    connection.on("error", () => {});
    const channel = await connection.createChannel();
    proxy.frozen = true;
    const closed = closeQuietly(channel);
    proxy.frozen = false;
    proxy.cut();
    await closed;
    await closeQuietly(channel);
  });
});

describe("a connection whose channels the broker closes", () => {
  it("stays open when another channel is opened at once, while much is still to be sent on the closed one", async () => {
    const host = await testVirtualHost();
    const log = new RecordingLog();
    const connection = await Connection.open({ url: host.amqpUrl, name: "test", setup: async () => {}, log });
    await eventually(() => assert.notEqual(connection.model, undefined));
    const { model } = connection;
    for (let round = 0; round < 50; round++) {
      const channel = await model?.createConfirmChannel();
      assert.ok(channel, JSON.stringify(log.lines));
      channel.on("error", () => {}); // the broker closes it: NOT_FOUND
      const next = new Promise((resolve) => channel.once("close", () => resolve(model?.createChannel())));
      const content = Buffer.alloc(100);
      // Each confirm has further messages written, so that some are in the buffer whenever the channel is closed.
      const publish = () => void channel.publish("", "nowhere", content, {}, (error) => error ?? publish());
      for (let n = 0; n < 20; n++) publish();
      channel.publish("gone", "", content);
      await closeQuietly((await next) as Channel);
    }
    assert.equal(connection.model, model);
    assert.deepEqual(log.matching(/lost the connection/), []);
    await connection.close(1_000);
    await host.drop();
  });
});
