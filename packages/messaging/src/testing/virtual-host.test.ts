import assert from "node:assert/strict";
import { after, before, beforeEach, describe, it } from "node:test";
import { serverUrl } from "./environment.ts";
import { TcpProxy } from "./proxy.ts";
import { type TestVirtualHost, testVirtualHost } from "./virtual-host.ts";

const channelClose = Buffer.from([0, 20, 0, 40]);
const connectionClose = Buffer.from([0, 10, 0, 50]);

// amqplib's close() never settles then; without the fix these tests run into their time limit.
describe("a virtual host for tests whose connection is lost while something is closed", {
  timeout: 30_000,
}, () => {
  let proxy: TcpProxy;
  let host: TestVirtualHost;
  let cuts = 0;
  before(async () => {
    proxy = await TcpProxy.start(serverUrl("AMQP_URL"));
    host = await testVirtualHost({
      AMQP_URL: proxy.url(serverUrl("AMQP_URL")),
      RABBITMQ_MANAGEMENT_URL: serverUrl("RABBITMQ_MANAGEMENT_URL"),
    });
  });
  beforeEach(() => {
    cuts = 0;
  });
  after(async () => {
    proxy.fate = undefined;
    await host.drop();
    await proxy.close();
  });

  const cutAt = (request: Buffer) => {
    proxy.fate = (sent) => {
      if (!sent.includes(request)) return undefined;
      cuts++;
      return "reset";
    };
  };

  it("reports a missing queue, and connects again", async () => {
    await assert.rejects(host.queueDepth("missing"), { code: 404 });
    await assert.rejects(host.consumers("missing"), { code: 404 });
  });

  it("still answers what was asked on a channel", async () => {
    cutAt(channelClose);
    assert.equal((await host.queueDepths([])).size, 0);
    assert.equal(cuts, 1);
    proxy.fate = undefined;
    assert.equal((await host.queueDepths([])).size, 0);
  });

  it("is dropped all the same", async () => {
    cutAt(connectionClose);
    await host.drop();
    assert.equal(cuts, 1);
  });
});
