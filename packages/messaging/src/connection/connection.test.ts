import assert from "node:assert/strict";
import { after, afterEach, before, beforeEach, describe, it } from "node:test";
import { connect } from "amqplib";
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
      await eventually(() => assert.notEqual(connection.model, undefined), { timeout: 15_000 });
      assert.equal(attempts, 2);
      await connection.close(1_000);
    }
  });

  it("is reopened when it was lost in the last step of its setup, which does not mind", async () => {
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
