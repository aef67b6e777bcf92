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

  it("is made again when its set-up failed before it was known to be lost", async () => {
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

  it("ends the closing of a channel that nobody will answer", async () => {
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
