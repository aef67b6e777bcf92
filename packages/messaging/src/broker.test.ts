import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, it } from "node:test";
import { connectBroker } from "./broker.ts";
import { job, jobsQueue, MessagingFixture, topology } from "./testing/fixtures.ts";
import { DatabaseTrouble } from "./testing/memory-inbox.ts";
import { TcpProxy } from "./testing/proxy.ts";
import { eventually } from "./testing/wait.ts";
import { ManagementApi } from "./topology/management-api.ts";

const errorsAsText = (_key: string, value: unknown) => (value instanceof Error ? value.message : value);

describe("closing a broker", () => {
  let fixture: MessagingFixture;
  beforeEach(async () => {
    fixture = await MessagingFixture.create();
  });
  afterEach(() => fixture.end());

  it("returns held deliveries to the queue", async () => {
    const broker = await fixture.ready();
    fixture.inbox.failure = new DatabaseTrouble("unavailable");
    fixture.consume(broker, fixture.apply);
    await broker.publisher.publish(job("a"));
    await eventually(() => assert.ok(fixture.inbox.attempts >= 1));
    const started = performance.now();
    await broker.close({ timeout: 60_000 });
    assert.ok(performance.now() - started < 60_000, "it waited for the database");
    await fixture.left("jobs", 1);
  });

  it("finishes the batch in progress, and leaves the rest in the queue", async () => {
    const broker = await fixture.ready();
    for (let n = 0; n < 100; n++) await broker.publisher.publish(job(`${n}`));
    const gate = Promise.withResolvers<void>();
    let started = 0;
    fixture.consume(broker, async (deliveries, tx) => {
      started += deliveries.length;
      await gate.promise;
      return fixture.apply(deliveries, tx);
    });
    await eventually(() => assert.ok(started > 0));
    const closing = broker.close();
    gate.resolve();
    await closing;
    assert.equal(fixture.inbox.effects.length, started);
    await fixture.left("jobs", 100 - started);
  });

  it("takes no longer than its timeout although a handler never finishes", async () => {
    const broker = await fixture.ready();
    await broker.publisher.publish(job("endless"));
    let started = false;
    fixture.consume(broker, () => {
      started = true;
      return new Promise(() => {});
    });
    await eventually(() => assert.ok(started));
    await broker.close({ timeout: 300 });
    await fixture.left("jobs", 1);
  });

  it("returns a failed message that could not be redirected to the queue", async () => {
    const broker = await fixture.ready();
    await fixture.host.publish({ exchange: "shop", routingKey: "job.added", payload: "poison" });
    fixture.consume(broker, fixture.apply, { ...jobsQueue, deadLetterQueue: "jobs.nowhere" });
    await eventually(() => assert.ok(fixture.log.matching(/could not be redirected/).length > 0));
    await broker.close();
    await fixture.left("jobs", 1);
  });

  it("takes no longer than its timeout although the broker no longer answers", async () => {
    const proxy = await TcpProxy.start(fixture.host.amqpUrl);
    // Without a heartbeat, nothing else would ever end the connection.
    const broker = await fixture.ready({ url: `${proxy.url(fixture.host.amqpUrl)}?heartbeat=0` });
    fixture.consume(broker, fixture.apply);
    proxy.frozen = true;
    await broker.close({ timeout: 300 });
    proxy.cut();
    await proxy.close();
  });
});

describe("connecting a broker", () => {
  it("refuses a URL that is not a broker's, without printing it", async () => {
    const fixture = await MessagingFixture.create();
    await assert.rejects(
      connectBroker({ url: "http://user:secret@localhost", topology, log: fixture.log }),
      (error: Error) => /must be amqp:/.test(error.message) && !error.message.includes("secret"),
    );
    await fixture.end();
  });

  it("says that a virtual host is missing or not permitted, and what to do", async () => {
    const fixture = await MessagingFixture.create();
    const url = new URL(fixture.host.amqpUrl);
    url.pathname = "/no%2Fwhere";
    const broker = await fixture.connect({ url: url.href });
    const reason = `refuses the virtual host "no/where".*user "${fixture.host.name}" has no permission.*apply`;
    await eventually(() => assert.match(broker.problem ?? "", new RegExp(reason)));
    await eventually(() => {
      const lines = fixture.log.matching(/cannot connect to the broker/);
      assert.match(JSON.stringify(lines, errorsAsText), /refuses the virtual host/);
    });
    await fixture.end();
  });

  it("reports in one line which permissions are missing, until they are restored", async () => {
    const fixture = await MessagingFixture.create();
    const { name, managementUrl } = fixture.host;
    const permit = (all: string) =>
      new ManagementApi(managementUrl).put(`permissions/${name}/${name}`, {
        configure: all,
        write: all,
        read: all,
      });
    const broker = await fixture.ready({ declareInterval: 100 });
    fixture.consume(broker, fixture.apply);
    assert.equal(broker.problem, undefined);
    await permit("^$");
    // The first round of declarations may have lost its permissions halfway, and lack fewer.
    const all = /exchange "shop".*refused for user.*and \d+ more.*apply the contract/;
    await eventually(() => assert.match(broker.problem ?? "", all));
    await assert.rejects(broker.publisher.publish(job("refused")));
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    const lines = fixture.log.matching(/lacks permissions/);
    assert.equal(lines.length, 1);
    assert.equal(fixture.log.matching(/cannot declare/).length, 1);
    assert.match(lines[0]?.message ?? "", /cannot declare .*refused for user.*apply the contract/);
    await permit(".*");
    await eventually(() => assert.equal(broker.problem, undefined));
    await eventually(() => broker.publisher.publish(job("permitted")));
    await fixture.end();
  });

  it("can be closed while it is still connecting", async () => {
    const fixture = await MessagingFixture.create();
    const away = await fixture.connect({ url: "amqp://127.0.0.1:1" });
    await eventually(() => assert.ok(fixture.log.matching(/cannot connect/).length >= 2));
    await away.close();
    await fixture.end();
  });
});
