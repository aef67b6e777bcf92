import assert from "node:assert/strict";
import { after, afterEach, before, describe, it } from "node:test";
import { connectBroker } from "../broker.ts";
import type { Delivery, RequestHandler } from "../consume/handler.ts";
import { answer, deadLetter, retry } from "../consume/outcome.ts";
import { type Job, jobAdded, MessagingFixture, rawChannel } from "../testing/fixtures.ts";
import type { MemoryTransaction } from "../testing/memory-inbox.ts";
import { changedUrl } from "../testing/urls.ts";
import { eventually } from "../testing/wait.ts";
import { ManagementApi } from "../topology/management-api.ts";
import { createClient } from "./client.ts";
import { asker, counter, counting } from "./testing/services.ts";

type Handle = RequestHandler<Job, Job, MemoryTransaction>;

describe("a request and its reply", () => {
  let messaging: MessagingFixture;
  before(async () => {
    messaging = await MessagingFixture.create();
  });
  afterEach(async () => {
    await messaging.closeBrokers();
    await eventually(async () => {
      for (const { name } of await messaging.host.queues()) await messaging.host.takeMessages(name);
    });
  });
  after(() => messaging.end());

  async function asking() {
    const broker = await messaging.ready({ topology: asker.topology });
    return { broker, client: createClient(asker, broker) };
  }

  async function answering(countJobs: Handle) {
    const broker = await messaging.ready({ topology: counter.topology });
    broker.consume(counting, messaging.inbox, { countJobs });
    // It is bound to an exchange that the other service declares.
    await eventually(async () => {
      const bindings = await messaging.host.bindings();
      assert.ok(bindings.some(({ source }) => source === "asking"));
      assert.equal(await messaging.host.consumers("counting"), 1);
    });
    return broker;
  }

  const echo: Handle = async (deliveries, tx) =>
    deliveries.map(({ payload }) => {
      tx.effects.push(payload.name);
      return answer({ name: `re: ${payload.name}` });
    });

  /** The queue is there, and nothing consumes it. */
  async function unanswered() {
    await asking();
    await answering(echo);
    await messaging.closeBrokers();
    return await asking();
  }

  it("is answered with the payload that the handler returns, after its commit", async () => {
    const { client } = await asking();
    const delivered: Delivery<Job>[] = [];
    await answering(async (deliveries, tx) => {
      delivered.push(...deliveries);
      return echo(deliveries, tx);
    });
    const traceparent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
    const names = ["one", "two", "three"];
    const replies = names.map((name) =>
      client.countJobs({ name }, { context: { traceparent }, timeout: 20_000 }),
    );
    assert.deepEqual(
      await Promise.all(replies),
      names.map((name) => ({ name: `re: ${name}` })),
    );
    assert.deepEqual(messaging.inbox.effects.toSorted(), names.toSorted());
    assert.equal(delivered[0]?.context.traceparent, traceparent);
    assert.equal(delivered[0]?.repeated, undefined);
  });

  it("is answered after a retry, and not at all when it is dead-lettered", async () => {
    const { client } = await asking();
    await answering(async (deliveries) =>
      deliveries.map(({ payload, attempt }) => {
        if (payload.name === "never") return deadLetter("never");
        return attempt === 1 ? retry("later") : answer({ name: "at last" });
      }),
    );
    assert.deepEqual(await client.countJobs({ name: "soon" }, { timeout: 20_000 }), { name: "at last" });
    await assert.rejects(client.countJobs({ name: "never" }, { timeout: 500 }), {
      code: "reply-timeout",
      message: /^job\.added .* was not answered within 500 ms$/,
    });
    await messaging.left("counting.dead", 1);
  });

  it("is answered again when it is delivered again, and its handler is told", async () => {
    const { client, broker } = await asking();
    const ids: string[] = [];
    await answering(async (deliveries, tx) => {
      ids.push(...deliveries.map(({ messageId }) => messageId));
      return deliveries.map(({ repeated }) => {
        if (!repeated) tx.effects.push("counted");
        return answer({ name: repeated ? "again" : "first" });
      });
    });
    const { length } = messaging.inbox.effects;
    assert.deepEqual(await client.countJobs({ name: "one" }, { timeout: 20_000 }), { name: "first" });
    const message = {
      id: ids[0] ?? "",
      type: "job.added",
      service: "asker",
      exchange: "asking",
      routingKey: "count",
      correlationId: "job one",
      timestamp: 1,
      headers: { "schema-version": 1 },
      content: '{"name":"one"}',
    };
    const reply = await broker.request(message, (received) => received, { timeout: 20_000 });
    assert.equal(reply.content.toString(), '{"name":"again"}');
    assert.equal(reply.properties.correlationId, "job one");
    assert.equal(reply.properties.appId, "counter");
    assert.deepEqual(messaging.inbox.effects.slice(length), ["counted"]);
  });

  it("is rejected at once when it breaks the contract or reaches no queue", async () => {
    const { client } = await asking();
    // @ts-expect-error the payload of a job has a name
    await assert.rejects(client.countJobs({ title: "one" }), { code: "message-invalid" });
    const elsewhere = createClient(
      { ...asker, requests: { ask: { ...asker.requests.countJobs, routingKey: "nobody" } } },
      await messaging.ready({ topology: asker.topology }),
    );
    await assert.rejects(elsewhere.ask({ name: "one" }, { timeout: 20_000 }), { code: "message-returned" });
  });

  it("ends with the reason of the signal", async () => {
    const { client } = await asking();
    const released = Promise.withResolvers<void>();
    await answering(async (deliveries, tx) => {
      await released.promise;
      return echo(deliveries, tx);
    });
    const reason = new Error("the caller has gone");
    await assert.rejects(client.countJobs({ name: "one" }, { signal: AbortSignal.abort(reason) }), reason);
    const controller = new AbortController();
    const reply = client.countJobs({ name: "one" }, { signal: controller.signal, timeout: 20_000 });
    setTimeout(() => controller.abort(reason), 50);
    await assert.rejects(reply, reason);
    released.resolve();
  });

  it("rejects when the connection is lost, and the next request is answered over a new one", async () => {
    const { client } = await asking();
    const released = Promise.withResolvers<void>();
    let started = 0;
    await answering(async (deliveries, tx) => {
      started++;
      await released.promise;
      return echo(deliveries, tx);
    });
    const lost = client.countJobs({ name: "lost" }, { timeout: 20_000 });
    lost.catch(() => {});
    await eventually(() => assert.equal(started, 1));
    await messaging.host.closeConnections();
    await assert.rejects(lost, { code: "connection-closed" });
    released.resolve();
    assert.deepEqual(await client.countJobs({ name: "two" }, { timeout: 20_000 }), { name: "re: two" });
  });

  it("rejects when the service closes, as do later ones", async () => {
    const { client, broker } = await asking();
    const released = Promise.withResolvers<void>();
    await answering(async (deliveries, tx) => {
      await released.promise;
      return echo(deliveries, tx);
    });
    const waiting = client.countJobs({ name: "one" }, { timeout: 20_000 });
    waiting.catch(() => {});
    await eventually(() => messaging.left("counting", 0));
    await broker.close();
    await assert.rejects(waiting, { code: "connection-closed" });
    await assert.rejects(client.countJobs({ name: "one" }), { code: "connection-closed" });
    released.resolve();
  });

  it("expires with its timeout: a consumer that starts later does not handle it", async () => {
    const { client } = await unanswered();
    // It is sent once there is a channel for it, which may take longer on a busy machine.
    await eventually(() =>
      assert.rejects(client.countJobs({ name: "stale" }, { timeout: 300 }), {
        code: "reply-timeout",
        message: /was not answered/,
      }),
    );
    await messaging.left("counting", 0);
    await messaging.left("counting.dead", 1);
    const [dead] = await messaging.host.takeMessages("counting.dead");
    assert.equal(dead?.properties.headers?.["x-first-death-reason"], "expired");
  });

  it("times out without a connection", async () => {
    const broker = await connectBroker({
      url: "amqp://guest:guest@127.0.0.1:1",
      topology: asker.topology,
      log: messaging.log,
    });
    const reply = createClient(asker, broker).countJobs({ name: "one" }, { timeout: 100 });
    await assert.rejects(reply, {
      code: "reply-timeout",
      message: /was not sent within 100 ms: there is no connection/,
    });
    await broker.close();
  });

  it("rejects a reply that breaks the contract", async () => {
    const { broker } = await unanswered();
    const { channel, close } = await rawChannel(messaging.host.amqpUrl);
    await channel.consume(
      "counting",
      (request) => {
        const { replyTo, correlationId } = request?.properties ?? {};
        channel.publish("", replyTo, Buffer.from("{}"), { correlationId, type: "job.removed" });
      },
      { noAck: true },
    );
    // Other runtimes answer with only the correlation id: it is the request's own id when the contract names none.
    const plain = { ...jobAdded, correlationId: undefined as never };
    const { correlationId: _, ...uncorrelated } = plain;
    const requests = { countJobs: { ...asker.requests.countJobs, message: uncorrelated } };
    const reply = createClient({ ...asker, requests }, broker).countJobs(
      { name: "one" },
      { timeout: 20_000 },
    );
    await assert.rejects(reply, { code: "reply-invalid", message: /the header schema-version is missing/ });
    await close();
  });

  it("is dead-lettered when it asks for an answer to a queue", async () => {
    await asking();
    await answering(echo);
    const { channel, close } = await rawChannel(messaging.host.amqpUrl);
    channel.publish("asking", "count", Buffer.from('{"name":"one"}'), {
      replyTo: "counting.retry.100ms",
      messageId: "0197a2c4-5b1e-7c3a-9d2e-6f1a2b3c4d5e",
      type: "job.added",
      timestamp: 1,
      correlationId: "1",
      contentType: "application/json",
      headers: { "schema-version": 1 },
    });
    await messaging.left("counting.dead", 1);
    await close();
  });

  it("needs no permission for the requester, and one for its service: to write to the default exchange", async () => {
    const { name, managementUrl, amqpUrl } = messaging.host;
    const api = new ManagementApi(managementUrl);
    const addUser = async (service: string, permissions: object) => {
      const user = `${name}_${service}`;
      await api.put(`users/${user}`, { password: "secret", tags: "" });
      await api.put(`permissions/${name}/${user}`, permissions);
      return changedUrl(amqpUrl, { path: name, user, password: "secret" });
    };
    const write = (more: string) => ({
      configure: "^(counter\\.redelivery|counting.*)$",
      write: `^(${more}counter\\.redelivery|counting.*)$`,
      read: "^(asking|counter\\.redelivery|counting.*)$",
    });
    const asks = await addUser("asker", { configure: "^asking$", write: "^asking$", read: "^$" });
    const client = createClient(asker, await messaging.ready({ topology: asker.topology, url: asks }));
    const url = await addUser("counter", write(""));
    const broker = await messaging.ready({ topology: counter.topology, url });
    broker.consume(counting, messaging.inbox, { countJobs: echo });
    await eventually(async () => {
      await assert.rejects(client.countJobs({ name: "one" }, { timeout: 1_000 }), { code: "reply-timeout" });
      assert.ok(messaging.log.matching(/the broker refuses answers/).length > 0);
    });

    await addUser("counter", write("amq\\.default|"));
    assert.deepEqual(await client.countJobs({ name: "two" }, { timeout: 20_000 }), { name: "re: two" });
    await messaging.left("counting", 0);
    for (const service of ["asker", "counter"]) await api.delete(`users/${name}_${service}`);
  });
});
