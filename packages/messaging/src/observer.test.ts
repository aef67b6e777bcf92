import assert from "node:assert/strict";
import { after, afterEach, before, describe, it } from "node:test";
import { allDone, answer, deadLetter, retry } from "./consume/outcome.ts";
import type { OutboxMessage } from "./message/message.ts";
import type { Observer, QueueStatus, Redirection, Replay, SentAnswer } from "./observer.ts";
import { createClient } from "./request/client.ts";
import { asker, counter, counting } from "./request/testing/services.ts";
import { job, MessagingFixture } from "./testing/fixtures.ts";
import { DatabaseTrouble } from "./testing/memory-inbox.ts";
import { eventually } from "./testing/wait.ts";

/** Records every call, and gives each delivery its own context. */
class RecordingObserver implements Observer {
  readonly batches: { queue: string; names: string[]; end: string }[] = [];
  readonly redirections: Redirection[] = [];
  readonly replays: Replay[] = [];
  readonly answers: SentAnswer[] = [];
  readonly requests: string[] = [];
  statuses: readonly QueueStatus[] = [];

  batch(queue: string, deliveries: Parameters<Observer["batch"]>[1]) {
    const batch = { queue, names: deliveries.map(({ type }) => type), end: "" };
    this.batches.push(batch);
    return {
      contexts: new Map(
        deliveries.map(({ messageId, correlationId, context }) => [
          messageId,
          { ...context, traceparent: `observed ${correlationId}` },
        ]),
      ),
      redirected: (redirection: Redirection) => void this.redirections.push(redirection),
      answered: (sent: SentAnswer) => void this.answers.push(sent),
      acknowledged: () => {
        batch.end += "acknowledged";
      },
      abandoned: () => {
        batch.end += "abandoned";
      },
    };
  }

  request(message: OutboxMessage) {
    return {
      message: { ...message, headers: { ...message.headers, traceparent: `observed ${message.id}` } },
      answered: () => void this.requests.push("answered"),
      failed: (reason: string) => void this.requests.push(reason),
    };
  }

  replayed(replay: Replay) {
    this.replays.push(replay);
  }

  queues(statuses: readonly QueueStatus[]) {
    this.statuses = statuses;
  }
}

describe("an observer", () => {
  let fixture: MessagingFixture;
  before(async () => {
    fixture = await MessagingFixture.create();
  });
  afterEach(() => fixture.closeBrokers());
  after(() => fixture.end());

  it("receives batches, retries and dead letters, and sets the context of deliveries", async () => {
    const observer = new RecordingObserver();
    const broker = await fixture.ready({ observer, declareInterval: 100 });
    const contexts: (string | undefined)[] = [];
    fixture.consume(broker, async (deliveries) => {
      contexts.push(...deliveries.map(({ context }) => context.traceparent));
      return deliveries.map(({ payload, attempt }) => {
        if (payload.name === "twice" && attempt === 1) return retry("not yet");
        return payload.name === "never" ? deadLetter("no such thing") : (allDone([payload])[0] ?? retry(""));
      });
    });
    for (const name of ["at once", "twice", "never"]) await broker.publisher.publish(job(name));
    await fixture.host.publish({
      exchange: "shop",
      routingKey: "job.added",
      payload: "{",
      properties: { type: "x" },
    });

    await eventually(() => {
      assert.equal(contexts.length, 4);
      const redirected = observer.redirections.map(({ type, queue, deadLettered }) => [
        type,
        queue,
        deadLettered,
      ]);
      assert.deepEqual(redirected.sort(), [
        ["job.added", "jobs.dead", "rejected"],
        ["job.added", "jobs.retry.100ms", undefined],
        ["unknown", "jobs.dead", "undecodable"],
      ]);
      assert.ok(observer.batches.every(({ queue, end }) => queue === "jobs" && end === "acknowledged"));
      assert.equal(observer.batches.flatMap(({ names }) => names).length, 4);
      const dead = observer.statuses.find(({ queue }) => queue === "jobs.dead");
      assert.deepEqual(dead, { queue: "jobs.dead", ready: 2, consumers: 0 });
      assert.equal(observer.statuses.find(({ queue }) => queue === "jobs")?.consumers, 1);
    });
    assert.deepEqual(contexts.sort(), [
      "observed job at once",
      "observed job never",
      "observed job twice",
      "observed job twice",
    ]);
  });

  it("receives how a request ended, and the answers of the other side, and sets the context of both", async () => {
    const observer = new RecordingObserver();
    const client = createClient(asker, await fixture.ready({ topology: asker.topology, observer }));
    const broker = await fixture.ready({ topology: counter.topology, observer });
    const received: (string | undefined)[] = [];
    broker.consume(counting, fixture.inbox, {
      async countJobs(deliveries) {
        received.push(...deliveries.map(({ headers }) => String(headers.traceparent)));
        return deliveries.map(({ payload }) =>
          payload.name === "never" ? deadLetter("never") : answer({ name: "counted" }),
        );
      },
    });
    await eventually(async () => {
      assert.ok((await fixture.host.bindings()).some(({ source }) => source === "asking"));
    });
    await client.countJobs({ name: "one" }, { timeout: 20_000 });
    await eventually(() => assert.equal(observer.answers.length, 1));
    const [{ messageId, message, refused } = assert.fail()] = observer.answers;
    assert.deepEqual(received, [`observed ${messageId}`]);
    assert.equal(message.headers.traceparent, "observed job one");
    assert.equal(refused, false);
    await assert.rejects(client.countJobs({ name: "never" }, { timeout: 500 }));
    const reason = new Error("the caller has gone");
    await assert.rejects(client.countJobs({ name: "gone" }, { signal: AbortSignal.abort(reason) }), reason);
    assert.deepEqual(observer.requests, ["answered", "reply-timeout", "aborted"]);
  });

  it("receives `abandoned` when the channel closes during a batch", async () => {
    const observer = new RecordingObserver();
    const broker = await fixture.ready({ observer });
    fixture.inbox.failure = new DatabaseTrouble("unavailable");
    fixture.consume(broker, fixture.apply);
    await broker.publisher.publish(job("held"));
    await eventually(() => assert.equal(observer.batches.length, 1));
    await fixture.host.closeConnections();
    await eventually(() => assert.equal(observer.batches[0]?.end, "abandoned"));
    fixture.inbox.failure = undefined;
    await eventually(() => assert.equal(observer.batches.at(-1)?.end, "acknowledged"), { timeout: 20_000 });
  });
});
