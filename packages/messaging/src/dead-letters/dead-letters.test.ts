import assert from "node:assert/strict";
import { after, afterEach, before, beforeEach, describe, it } from "node:test";
import { deadMessage, finish, operatorOf, putDeadMessages } from "../testing/dead-messages.ts";
import { jobsQueue, MessagingFixture } from "../testing/fixtures.ts";
import type { DeadLetter } from "./dead-letter.ts";
import type { DeadLetterFilter } from "./filter.ts";
import { HeldQueue } from "./held-queue.ts";
import { positionOf } from "./page.ts";

const operator = "ada";
const deadJobs = jobsQueue.deadLetterQueue;

describe("dead letters", () => {
  let fixture: MessagingFixture;
  let ada: Awaited<ReturnType<typeof operatorOf>>;
  before(async () => {
    fixture = await MessagingFixture.create();
    await fixture.ready();
    await fixture.closeBrokers();
  });
  beforeEach(async () => {
    ada = await operatorOf(fixture);
  });
  afterEach(async () => {
    await finish(ada.deadLetters.act({ kind: "delete", operator, filter: {} }));
    await ada.close();
  });
  after(() => fixture.end());

  /** What a call has held is back, with all others. */
  const left = (count: number) => fixture.left(deadJobs, count);
  const put = (...messages: Parameters<typeof putDeadMessages>[1]) =>
    putDeadMessages(fixture.host.amqpUrl, messages);
  const all = () => ada.deadLetters.list({ limit: 100 });

  describe("listing", () => {
    it("shows what the headers say, and leaves every message in place", async () => {
      const traceparent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
      const message = deadMessage("one", { headers: { traceparent, "causation-id": "cause" } });
      await put(message);
      const { deadLetters, queues } = await all();
      assert.deepEqual(deadLetters, [
        {
          queue: "jobs",
          id: message.properties.messageId,
          messageId: message.properties.messageId,
          type: "job.added",
          reason: "retries-exhausted",
          failureReason: "Error: the shelf is full",
          attempts: 3,
          firstFailedAt: "2026-03-01T10:00:00.000Z",
          deadLetteredAt: "2026-03-01T10:01:00.000Z",
          publishedAt: "2026-02-02T02:40:00.000Z",
          producer: "shop",
          correlationId: "job one",
          causationId: "cause",
          traceId: "4bf92f3577b34da6a3ce929d0e0e4736",
          originalExchange: "shop",
          originalRoutingKey: "job.added",
          contentBytes: 14,
        },
      ]);
      assert.deepEqual(queues, [{ queue: "jobs", messages: 1, examined: 1 }]);
      await left(1);
    });

    it("filters by each of them", async () => {
      const traceparent = `00-${"a".repeat(32)}-00f067aa0ba902b7-01`;
      const young = new Date(Date.now() - 60_000).toISOString();
      await put(
        deadMessage("a", {
          headers: { "dead-letter-reason": "rejected", "failure-reason": "No Such Shelf" },
        }),
        deadMessage("b", { headers: { "retry-attempt": 7, "dead-lettered-at": young } }),
        deadMessage("c", {
          headers: { traceparent },
          properties: { type: "job.removed", messageId: "not-a-uuid" },
        }),
        deadMessage("d", { headers: { "dead-lettered-at": "then", "dead-letter-reason": "x" } }),
      );
      const names = async (filter: DeadLetterFilter) => {
        await left(4);
        const { deadLetters } = await ada.deadLetters.list({ filter, limit: 100 });
        return deadLetters.map(({ correlationId }) => correlationId);
      };
      assert.deepEqual(
        (await names({})).sort(),
        ["a", "b", "c", "d"].map((name) => `job ${name}`),
      );
      assert.deepEqual(await names({ reason: "rejected" }), ["job a"]);
      assert.deepEqual(await names({ reason: "other" }), ["job d"]);
      assert.deepEqual(await names({ failureReason: "such shelf" }), ["job a"]);
      assert.deepEqual(await names({ minAttempts: 4 }), ["job b"]);
      assert.deepEqual(await names({ type: "job.removed" }), ["job c"]);
      assert.deepEqual(await names({ traceId: "a".repeat(32) }), ["job c"]);
      assert.deepEqual(await names({ messageId: "not-a-uuid" }), ["job c"]);
      assert.deepEqual(await names({ correlationId: "job b" }), ["job b"]);
      assert.deepEqual((await names({ olderThanSeconds: 3600 })).sort(), ["job a", "job c"]);
      assert.deepEqual(await names({ reason: "rejected", minAttempts: 4 }), []);
    });

    it("pages through them, oldest first, even when messages are removed in between", async () => {
      const messages = Array.from({ length: 130 }, (_, index) => {
        const at = new Date(1_772_000_000_000 + ((index * 37) % 130) * 1000).toISOString();
        return deadMessage(`m${index}`, { headers: { "dead-lettered-at": at } });
      });
      await put(...messages);
      const expected = messages.map(({ headers }) => String(headers["dead-lettered-at"])).sort();
      const first = await ada.deadLetters.list({ limit: 50 });
      assert.deepEqual(
        first.deadLetters.map(({ deadLetteredAt }) => deadLetteredAt),
        expected.slice(0, 50),
      );
      const [gone] = first.deadLetters;
      await left(130);
      await finish(ada.deadLetters.act({ kind: "delete", operator, filter: { messageId: gone?.id ?? "" } }));
      const behind = async (deadLetters: readonly DeadLetter[]) => {
        await left(129);
        const last = deadLetters.at(-1);
        return (await ada.deadLetters.list({ limit: 50, after: last && positionOf(last) })).deadLetters;
      };
      const second = await behind(first.deadLetters);
      const third = await behind(second);
      assert.deepEqual(
        [...second, ...third].map(({ deadLetteredAt }) => deadLetteredAt),
        expected.slice(50),
      );
      assert.deepEqual(await behind(third), []);
      await left(129);
    });

    it("reads malformed messages", async () => {
      const nothing = { content: Buffer.from([0xff, 0xfe]), properties: {}, headers: {} };
      const strange = {
        content: "{",
        properties: { messageId: "a/b c", type: "" },
        headers: { "x-death": [{}] },
      };
      const aStepUp = { content: "{}", properties: { messageId: ".." }, headers: {} };
      await put(nothing, strange, aStepUp);
      const { deadLetters } = await all();
      assert.equal(deadLetters.length, 3);
      for (const deadLetter of deadLetters) {
        assert.match(deadLetter.id, /^sha256:[0-9a-f]{32}$/);
        assert.equal(deadLetter.reason, "other");
        assert.equal(deadLetter.attempts, 0);
        await left(3);
        const opened = await ada.deadLetters.find("jobs", deadLetter.id);
        assert.equal(opened?.content.length, deadLetter.contentBytes);
      }
      await left(3);
      assert.equal((await ada.deadLetters.find("jobs", "a/b c"))?.content.toString(), "{");
    });
  });

  describe("showing one", () => {
    it("returns its headers and its bytes, and leaves it in place", async () => {
      const message = deadMessage("shown", { content: '{ "name" : "shown" }' });
      await put(deadMessage("other"), message);
      const deadLetter = await ada.deadLetters.find("jobs", message.properties.messageId ?? "");
      assert.equal(deadLetter?.content.toString(), '{ "name" : "shown" }');
      assert.equal(deadLetter?.headers["schema-version"], 1);
      assert.equal(await ada.deadLetters.find("jobs", "unknown"), undefined);
      await left(2);
      await assert.rejects(ada.deadLetters.find("others", "x"), /has no queue "others", only jobs/);
    });
  });

  describe("deleting", () => {
    it("removes what matches, records it, and leaves the rest", async () => {
      const [one, two] = [
        deadMessage("one"),
        deadMessage("two", { headers: { "dead-letter-reason": "invalid" } }),
      ];
      await put(one, two);
      const filter = { reason: "invalid" } as const;
      const would = await finish(ada.deadLetters.act({ kind: "delete", operator, filter }, { dryRun: true }));
      assert.deepEqual(
        would.results.map(({ deadLetter }) => deadLetter.id),
        [two.properties.messageId],
      );
      assert.deepEqual([would.matched, would.done], [1, 0]);
      await left(2);
      assert.equal(ada.journal.begun.length, 0);

      const done = await finish(ada.deadLetters.act({ kind: "delete", operator, queue: "jobs", filter }));
      const { results, runId, ...counts } = done;
      assert.deepEqual(counts, { total: 2, examined: 2, matched: 1, done: 1, failed: 0, complete: true });
      assert.equal(results.length, 1);
      const [begun] = ada.journal.begun;
      assert.deepEqual(begun?.action, { kind: "delete", operator, queue: "jobs", filter });
      assert.equal(begun?.deadLetter.reason, "invalid");
      assert.equal(begun.runId, runId);
      assert.deepEqual(ada.journal.actions, [`delete ${two.properties.messageId}`]);
      await left(1);
      assert.deepEqual(
        (await all()).deadLetters.map(({ id }) => id),
        [one.properties.messageId],
      );
    });

    it("does nothing that cannot be recorded first", async () => {
      await put(deadMessage("kept"));
      fixture.inbox.failure = new Error("no database");
      try {
        await assert.rejects(
          finish(ada.deadLetters.act({ kind: "delete", operator, filter: {} })),
          /no database/,
        );
      } finally {
        fixture.inbox.failure = undefined;
      }
      await left(1);
    });

    it("leaves the outcome open when it could not be recorded", async () => {
      const message = deadMessage("gone");
      await put(message);
      ada.journal.failure = new Error("no database");
      await assert.rejects(
        finish(ada.deadLetters.act({ kind: "delete", operator, filter: {} })),
        /no database/,
      );
      ada.journal.failure = undefined;
      assert.deepEqual(ada.journal.actions, [`delete ${message.properties.messageId}?`]);
    });
  });

  describe("several operators", () => {
    it("do not see what another operator holds, but see it afterwards", async () => {
      await put(...Array.from({ length: 80 }, (_, index) => deadMessage(`m${index}`)));
      const model = ada.connection.model;
      assert.ok(model);
      const bob = await HeldQueue.open(model, deadJobs);
      // 30, or those that a slow broker delivers in time.
      const { length: held } = await bob.next();
      assert.ok(held > 0);
      assert.equal((await all()).deadLetters.length, 80 - held);
      await bob[Symbol.asyncDispose]();
      await left(80);
      assert.equal((await all()).deadLetters.length, 80);
    });

    it("may list, replay and delete at once", async () => {
      const messages = Array.from({ length: 200 }, (_, index) =>
        deadMessage(`m${index}`, { headers: { "retry-attempt": index % 2 ? 1 : 2 } }),
      );
      await put(...messages);
      const bob = await operatorOf(fixture);
      await Promise.all([
        finish(ada.deadLetters.act({ kind: "delete", operator, filter: { minAttempts: 2 } })),
        finish(bob.deadLetters.act({ kind: "delete", operator: "bob", filter: { minAttempts: 2 } })),
        all(),
        bob.deadLetters.list({ limit: 100 }),
      ]);
      const actions = () => [...ada.journal.actions, ...bob.journal.actions];
      await left(200 - actions().length);
      // Each saw what no other held; the last one gets the rest.
      await finish(ada.deadLetters.act({ kind: "delete", operator, filter: { minAttempts: 2 } }));
      await bob.close();
      assert.equal(new Set(actions()).size, 100);
      assert.equal(actions().length, 100);
      await left(100);
    });
  });

  it("are unavailable while the broker is down or the queue is missing", async () => {
    const { close, deadLetters } = await operatorOf(fixture);
    await close();
    await assert.rejects(deadLetters.list({ limit: 1 }), { code: "connection-closed" });
    const other = await MessagingFixture.create();
    const lost = await operatorOf(other);
    await assert.rejects(lost.deadLetters.list({ limit: 1 }), {
      code: "channel-closed",
      message: /jobs\.dead/,
    });
    await lost.close();
    await other.end();
  });
});
