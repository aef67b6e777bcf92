import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, it } from "node:test";
import { deadLetter, retry } from "../consume/outcome.ts";
import { deadMessage, finish, operatorOf, putDeadMessages } from "../testing/dead-messages.ts";
import { job, MessagingFixture, rawChannel } from "../testing/fixtures.ts";
import { TcpProxy } from "../testing/proxy.ts";
import { eventually } from "../testing/wait.ts";
import type { ActionProgress } from "./store.ts";

const replayAll = { kind: "replay", operator: "ada", filter: {} } as const;

describe("replaying dead letters", () => {
  let fixture: MessagingFixture;
  let ada: Awaited<ReturnType<typeof operatorOf>>;
  beforeEach(async () => {
    fixture = await MessagingFixture.create();
    await fixture.ready();
    ada = await operatorOf(fixture);
  });
  afterEach(async () => {
    await ada.close();
    await fixture.end();
  });

  const put = (...messages: Parameters<typeof putDeadMessages>[1]) =>
    putDeadMessages(fixture.host.amqpUrl, messages);
  const depths = async () => [
    await fixture.host.queueDepth("jobs"),
    await fixture.host.queueDepth("jobs.dead"),
  ];
  const many = (count: number) => Array.from({ length: count }, (_, index) => deadMessage(`m${index}`));

  it("republishes the same bytes with the same id to their queue, as if they had never failed", async () => {
    const message = deadMessage("again", {
      content: '{ "name" :  "again" }',
      headers: { traceparent: "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01", "x-death": "y" },
    });
    await put(message);
    const { results, runId, ...counts } = await finish(ada.deadLetters.act(replayAll));
    assert.deepEqual(counts, { total: 1, examined: 1, matched: 1, done: 1, failed: 0, complete: true });
    assert.equal(results[0]?.deadLetter.reason, "retries-exhausted");
    assert.equal(ada.journal.begun[0]?.runId, runId);
    assert.deepEqual(await depths(), [1, 0]);
    const [back] = await fixture.host.takeMessages("jobs");
    assert.equal(back?.payload, message.content);
    assert.equal(back.exchange, "shop.redelivery");
    const { "x-delivery-count": _, ...headers } = back.properties.headers ?? {};
    assert.deepEqual(
      { ...back.properties, headers },
      {
        message_id: message.properties.messageId,
        type: "job.added",
        timestamp: 1_770_000_000,
        correlation_id: "job again",
        app_id: "shop",
        content_type: "application/json",
        content_encoding: "utf-8",
        delivery_mode: 2,
        headers: {
          "schema-version": 1,
          traceparent: "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
          "original-exchange": "shop",
          "original-routing-key": "job.added",
        },
      },
    );
    assert.deepEqual(ada.journal.actions, [`replay ${message.properties.messageId}`]);
  });

  it("replays those that match the filter, and in a dry run none", async () => {
    const [one, two] = [deadMessage("one"), deadMessage("two", { headers: { "retry-attempt": 9 } })];
    await put(one, two);
    const action = { ...replayAll, filter: { minAttempts: 9 } };
    const would = await finish(ada.deadLetters.act(action, { dryRun: true }));
    assert.deepEqual(
      would.results.map(({ deadLetter }) => deadLetter.id),
      [two.properties.messageId],
    );
    await eventually(async () => assert.deepEqual(await depths(), [0, 2]));
    assert.equal((await finish(ada.deadLetters.act(action))).done, 1);
    await eventually(async () => assert.deepEqual(await depths(), [1, 1]));
  });

  it("gives a message all its attempts again", async () => {
    let broken = true;
    fixture.consume(await fixture.ready(), async (deliveries, tx) => {
      if (broken) return deliveries.map(() => retry("not yet"));
      return fixture.apply(deliveries, tx);
    });
    await (await fixture.ready()).publisher.publish(job("fixed"));
    await eventually(async () => assert.deepEqual(await depths(), [0, 1]));
    const [deadLetter] = (await ada.deadLetters.list({ limit: 1 })).deadLetters;
    assert.deepEqual(
      [deadLetter?.reason, deadLetter?.failureReason, deadLetter?.attempts],
      ["retries-exhausted", "not yet", 3],
    );

    // What a listing has held may be back a little later.
    const replayed = async () => assert.equal((await finish(ada.deadLetters.act(replayAll))).done, 1);
    await eventually(replayed);
    await eventually(async () =>
      assert.equal((await ada.deadLetters.list({ limit: 1 })).deadLetters[0]?.attempts, 3),
    );
    broken = false;
    await eventually(replayed);
    await eventually(() => assert.deepEqual(fixture.inbox.effects, ["fixed"]));
    assert.deepEqual(await depths(), [0, 0]);
  });

  it("does not replay a message twice that fails immediately", async () => {
    let failures = 0;
    fixture.consume(await fixture.ready(), async (deliveries) => {
      failures += deliveries.length;
      return deliveries.map(() => deadLetter("never"));
    });
    await put(...many(120));
    const { total, examined, done } = await finish(ada.deadLetters.act(replayAll));
    assert.deepEqual([total, examined, done], [120, 120, 120]);
    await eventually(async () => assert.deepEqual([failures, ...(await depths())], [120, 0, 120]));
  });

  it("replays messages that no consumer can decode, which fail again", async () => {
    const nothing = { content: Buffer.from([0xff]), properties: {}, headers: {} };
    await put(nothing, deadMessage("no id", { properties: { messageId: "7" } }));
    fixture.consume(await fixture.ready(), fixture.apply);
    const { done } = await finish(ada.deadLetters.act(replayAll));
    assert.equal(done, 2);
    await eventually(async () => {
      const { deadLetters } = await ada.deadLetters.list({ limit: 9 });
      assert.deepEqual(deadLetters.map(({ reason }) => reason).sort(), ["invalid", "undecodable"]);
    });
  });

  it("applies nothing twice, whatever was applied before", async () => {
    const [one, two] = [deadMessage("one"), deadMessage("two")];
    await put(one, one, two);
    fixture.inbox.done.add(two.properties.messageId ?? "");
    fixture.consume(await fixture.ready(), fixture.apply);
    assert.equal((await finish(ada.deadLetters.act(replayAll))).done, 3);
    await eventually(async () =>
      assert.deepEqual([fixture.inbox.effects, await depths()], [["one"], [0, 0]]),
    );
  });

  it("clears the starts of a quarantined message", async () => {
    const message = deadMessage("quarantined", { headers: { "dead-letter-reason": "quarantined" } });
    const { messageId = "" } = message.properties;
    await put(message, deadMessage("neighbour", { properties: { messageId: "no uuid, so never started" } }));
    fixture.inbox.starts.set(messageId, 3);
    await finish(ada.deadLetters.act(replayAll));
    assert.equal(fixture.inbox.starts.has(messageId), false);

    // A consumer takes it and crashes before the ack: it comes back as redelivered.
    const raw = await rawChannel(fixture.host.amqpUrl);
    assert.ok(await raw.channel.get("jobs"));
    await raw.close();
    fixture.consume(await fixture.ready(), fixture.apply);
    await eventually(() => assert.deepEqual(fixture.inbox.effects, ["quarantined"]));
  });

  it("reports messages that the broker did not accept, and keeps them", async () => {
    await fixture.closeBrokers();
    await fixture.host.deleteQueue("jobs");
    await put(deadMessage("kept"));
    const { results, done, failed, complete } = await finish(ada.deadLetters.act(replayAll));
    assert.deepEqual([done, failed, complete], [0, 1, true]);
    assert.match(results[0]?.failure ?? "", /returned job\.added/);
    assert.match(ada.journal.actions.join(), /^replay \S+ failed$/);
    await fixture.left("jobs.dead", 1);
  });

  it("neither loses nor repeats anything when the connection is lost halfway", async () => {
    const count = 500;
    const proxy = await TcpProxy.start(fixture.host.amqpUrl);
    const cut = await operatorOf(fixture, proxy.url(fixture.host.amqpUrl));
    await put(...many(count));
    fixture.consume(await fixture.ready(), fixture.apply);

    const run = cut.deadLetters.act(replayAll);
    await assert.rejects(
      async () => {
        for await (const { done } of run) if (done >= count / 2 && done < count / 2 + 50) proxy.cut();
      },
      { code: /connection-closed|channel-closed/ },
    );
    const replayed = cut.journal.actions.filter((line) => !line.endsWith("?")).length;
    assert.ok(replayed >= count / 2 && replayed < count, `${replayed} were replayed`);

    const names = Array.from({ length: count }, (_, index) => `m${index}`);
    // What the lost connection held is back once the broker has noticed the loss.
    await eventually(async () => {
      assert.equal((await finish(ada.deadLetters.act(replayAll))).matched, 0);
      assert.deepEqual([...fixture.inbox.effects].sort(), names.sort());
      assert.equal(await fixture.host.queueDepth("jobs.dead"), 0);
    });
    await cut.close();
    await proxy.close();
  });

  it("stops when aborted, and leaves the rest in the dead-letter queue", async () => {
    await put(...many(200));
    const stop = new AbortController();
    let last: ActionProgress | undefined;
    for await (const progress of ada.deadLetters.act(replayAll, { signal: stop.signal })) {
      last = progress;
      if (progress.done > 0) stop.abort();
    }
    // 30, or those that a slow broker delivers in time.
    const { done: first = 0, complete } = last ?? {};
    assert.ok(first > 0 && first <= 30 && !complete, `${first} were replayed`);
    let second = 0;
    for await (const { done } of ada.deadLetters.act(replayAll)) {
      second = done;
      if (done >= 60) break;
    }
    const replayed = first + second;
    assert.ok(replayed < 200);
    await eventually(async () => assert.deepEqual(await depths(), [replayed, 200 - replayed]));
  });
});
