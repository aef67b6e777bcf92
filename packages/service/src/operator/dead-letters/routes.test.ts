import assert from "node:assert/strict";
import { after, afterEach, before, describe, it } from "node:test";
import {
  deadMessage,
  eventually,
  jobsQueue,
  MessagingFixture,
  putDeadMessages,
} from "@rabbit-contract/messaging/testing";
import { createDeadLetterJournal, createInbox } from "@rabbit-contract/postgres";
import { type OpenTestDatabase, openTestDatabase } from "@rabbit-contract/postgres/testing";
import { createApp, listen } from "../../http/app.ts";
import { createLogger } from "../../log.ts";
import type { Server } from "../../runtime/runtime.ts";
import { expectProblem } from "../../testing/http.ts";
import { checkOpenApi } from "../../testing/openapi.ts";
import { authorization, sampleGuard } from "../../testing/sample-app.ts";
import { deadLetterRoutes } from "./routes.ts";

const log = createLogger({ service: "test", level: "silent" });
describe("dead letters over REST", () => {
  let testing: OpenTestDatabase;
  let fixture: MessagingFixture;
  let server: Server;

  before(async () => {
    fixture = await MessagingFixture.create();
    testing = await openTestDatabase();
    const { database } = testing;
    const broker = await fixture.ready();
    const deadLetters = broker.deadLetters(
      [jobsQueue],
      createInbox(database),
      createDeadLetterJournal(database),
    );
    const app = createApp({
      title: "Jobs",
      version: "1.0.0",
      description: "…",
      log,
      guard: sampleGuard,
    });
    const operated = app.use(deadLetterRoutes({ deadLetters, database, log }));
    server = await listen(operated, { port: 0, hostname: "127.0.0.1", log });
  });
  afterEach(async () => {
    // A queue that was deleted may not be back yet.
    await eventually(() => act("delete", { all: true }));
    await testing.database.sql.execute("delete from dead_letter_actions");
  });
  after(async () => {
    await server.stop();
    await testing.close();
    await fixture.end();
  });

  const get = async (path: string) => fetch(server.url + path, { headers: await authorization() });
  const post = async (action: string, body: unknown) =>
    fetch(`${server.url}/dead-letters/${action}`, {
      method: "POST",
      headers: { "content-type": "application/json", ...(await authorization()) },
      body: JSON.stringify(body),
    });
  const act = async (action: string, body: unknown) => {
    const response = await post(action, body);
    const lines = (await response.text()).trimEnd().split("\n");
    assert.equal(response.status, 200, lines.join());
    assert.equal(response.headers.get("content-type"), "application/x-ndjson");
    return lines.map((line) => JSON.parse(line));
  };
  const put = (...messages: Parameters<typeof putDeadMessages>[1]) =>
    putDeadMessages(fixture.host.amqpUrl, messages);
  const list = async (query = "") => (await get(`/dead-letters?${query}`)).json();
  /** What a call has held is back, with all others. */
  const left = (count: number) => fixture.left("jobs.dead", count);
  const record = async (query = "") => (await get(`/dead-letters/actions?${query}`)).json();

  it("lists them page by page, and says how many there are", async () => {
    const messages = ["a", "b", "c"].map((name) =>
      deadMessage(name, { headers: { "dead-letter-reason": "invalid" } }),
    );
    await put(...messages, deadMessage("d"));
    const first = await list("limit=2&reason=invalid");
    assert.equal(first.items.length, 2);
    assert.deepEqual(first.queues, [{ queue: "jobs", messages: 4, examined: 4 }]);
    await left(4);
    const second = await list(`limit=2&reason=invalid&after=${first.next}`);
    assert.equal(second.next, null);
    assert.deepEqual(
      [...first.items, ...second.items].map(({ id }) => id),
      messages.map(({ properties }) => properties.messageId).sort(),
    );
    await left(4);
    assert.equal(
      (await list("queue=jobs&minAttempts=3&failureReason=SHELF&olderThanSeconds=60")).items.length,
      4,
    );
    assert.deepEqual((await list("messageId=unknown")).items, []);
  });

  it("shows one with its content, whatever that is", async () => {
    await put(deadMessage("one", { properties: { messageId: "one" } }));
    await put({ content: Buffer.from([0xff, 0x00]), properties: {}, headers: { note: "x" } });
    const one = await (await get("/dead-letters/jobs/one")).json();
    assert.deepEqual(one.content, { encoding: "utf-8", text: '{"name":"one"}', truncated: false });
    assert.equal(one.headers["retry-attempt"], 3);
    await left(2);
    const [{ id }] = (await list("reason=other")).items;
    await left(2);
    const bytes = await (await get(`/dead-letters/jobs/${id}`)).json();
    assert.deepEqual(bytes.content, { encoding: "base64", text: "/wA=", truncated: false });
    assert.deepEqual(bytes.headers, { note: "x" });
    await put(deadMessage("big", { content: "x".repeat(1024 * 1024 + 1), properties: { messageId: "big" } }));
    const big = await (await get("/dead-letters/jobs/big")).json();
    assert.deepEqual([big.content.text.length, big.content.truncated], [1024 * 1024, true]);
    await expectProblem(await get("/dead-letters/jobs/two"), 404, "not-found");
    await expectProblem(await get("/dead-letters/others/one"), 404, "not-found");
  });

  it("replays, reporting line by line, and records who did what", async () => {
    const messages = Array.from({ length: 70 }, (_, index) => deadMessage(`m${index}`));
    await put(...messages, deadMessage("other", { headers: { "dead-letter-reason": "rejected" } }));
    const filter = { reason: "retries-exhausted" };
    const would = await act("replay", { filter, dryRun: true });
    assert.deepEqual(would.at(-1).matched, 70);
    assert.equal((await record()).items.length, 0);

    await left(71);
    const lines = await act("replay", { queue: "jobs", filter });
    const { runId, ...last } = lines.at(-1);
    assert.deepEqual(last, {
      state: "complete",
      action: "replay",
      dryRun: false,
      total: 71,
      examined: 71,
      matched: 70,
      done: 70,
      failed: 0,
      letters: [],
    });
    assert.ok(lines.length > 3);
    assert.ok(lines.slice(0, -1).every(({ state }) => state === "running"));
    const letters = lines.flatMap((line) => line.letters);
    assert.deepEqual(
      letters.map(({ id }) => id).sort(),
      messages.map(({ properties }) => properties.messageId),
    );
    assert.equal(await fixture.host.queueDepth("jobs"), 70);
    await left(1);
    await fixture.host.takeMessages("jobs");

    const page = await record(`runId=${runId}&limit=100`);
    assert.equal(page.items.length, 70);
    const { id, startedAt, endedAt, messageId, ...action } = page.items[0];
    assert.deepEqual(action, {
      runId,
      operator: "test-operator",
      action: "replay",
      selection: { queue: "jobs", filter },
      queue: "jobs",
      type: "job.added",
      reason: "retries-exhausted",
      failureReason: "Error: the shelf is full",
      outcome: "done",
    });
    assert.ok(id && Date.parse(startedAt) <= Date.parse(endedAt));
    assert.equal((await record(`messageId=${messageId}`)).items.length, 1);
    assert.equal((await record(`after=${(await record("limit=1")).next}&limit=100`)).items.length, 69);
  });

  it("gives a quarantined message all its attempts again", async () => {
    const message = deadMessage("again", { headers: { "dead-letter-reason": "quarantined" } });
    const { messageId = "" } = message.properties;
    const inbox = createInbox(testing.database);
    await inbox.recordStarts("jobs", [messageId], 3);
    await put(message);
    await act("replay", { messageId });
    assert.deepEqual(await inbox.unfinishedStarts("jobs", [messageId]), new Map());
    await fixture.host.takeMessages("jobs");
  });

  it("deletes nothing that was dead-lettered since, when sent again with the same bound", async () => {
    const died = (at: string) => ({ headers: { "dead-lettered-at": at } });
    const request = { all: true, deadBefore: "2026-01-31T12:00:00Z" };
    await put(deadMessage("before", died("2026-01-31T11:59:59.000Z")));
    assert.equal((await act("delete", request)).at(-1).done, 1);
    await put(deadMessage("since", died("2026-01-31T12:00:00.000Z")));
    assert.equal((await act("delete", request)).at(-1).done, 0);
    await left(1);
    assert.equal((await list()).items.length, 1);
    await expectProblem(await post("delete", { all: true, deadBefore: "now" }), 422, "invalid-input");
  });

  it("deletes, and records why it was a dead letter, even with characters that PostgreSQL cannot store", async () => {
    await put(deadMessage("gone", { properties: { type: "nul\0type", messageId: "gone" } }));
    const [, line] = await act("delete", { messageId: "gone" });
    assert.deepEqual(line.letters, [
      { queue: "jobs", id: "gone", type: "nul\0type", reason: "retries-exhausted", outcome: "done" },
    ]);
    assert.equal(await fixture.host.queueDepth("jobs.dead"), 0);
    const [action] = (await record("messageId=gone")).items;
    assert.deepEqual([action.action, action.type, action.outcome], ["delete", "nul\u{fffd}type", "done"]);
  });

  it("refuses requests that do not say exactly what to act on", async () => {
    await put(deadMessage("kept"));
    for (const body of [
      {},
      { queue: "jobs" },
      { all: true, messageId: "x" },
      { filter: {} },
      { all: false },
    ]) {
      for (const action of ["replay", "delete"]) {
        await expectProblem(await post(action, body), 422, "invalid-input");
      }
    }
    const unknown = await expectProblem(
      await post("delete", { queue: "others", all: true }),
      422,
      "invalid-input",
    );
    assert.equal(unknown.errors[0].pointer, "/queue");
    await expectProblem(await get("/dead-letters?queue=others"), 422, "invalid-input");
    await expectProblem(await get("/dead-letters?after=x"), 422, "invalid-input");
    assert.equal(await fixture.host.queueDepth("jobs.dead"), 1);
  });

  it("stops when the client leaves, and leaves the rest as dead letters", async () => {
    await put(...Array.from({ length: 300 }, (_, index) => deadMessage(`m${index}`)));
    const leaving = new AbortController();
    const response = await fetch(`${server.url}/dead-letters/replay`, {
      method: "POST",
      headers: { "content-type": "application/json", ...(await authorization()) },
      body: JSON.stringify({ all: true }),
      signal: leaving.signal,
    });
    const reader = response.body?.getReader();
    for (let line = 0; line < 2; line++) await reader?.read();
    leaving.abort();
    const depths = async () => [
      await fixture.host.queueDepth("jobs"),
      await fixture.host.queueDepth("jobs.dead"),
    ];
    await eventually(async () => {
      const [replayed = 0, left = 0] = await depths();
      assert.equal(replayed + left, 300);
      assert.ok(replayed >= 30, `${replayed} were replayed`);
    });
    // The server may notice it while it acts on further ones.
    await eventually(async () => {
      const { items } = await record("limit=100");
      assert.ok(items.every(({ outcome }: { outcome: string }) => outcome === "done"));
    });
    await fixture.host.takeMessages("jobs", 300);
  });

  it("answers 503 when the dead letters cannot be read", async () => {
    const ask = [() => get("/dead-letters"), () => post("replay", { all: true })];
    for (const call of ask) {
      // The service may have declared the queue again before it looks.
      const response = await eventually(async () => {
        await fixture.host.deleteQueue("jobs.dead");
        const answer = await call();
        assert.equal(answer.status, 503);
        return answer;
      });
      const problem = await expectProblem(response, 503, "unavailable");
      assert.match(problem.detail, /jobs\.dead/);
      assert.equal(response.headers.get("retry-after"), "5");
    }
    await eventually(async () => assert.equal((await get("/dead-letters")).status, 200), { timeout: 30_000 });
  });

  it("is described for people and programs", async () => {
    const document = await (await get("/openapi/json")).json();
    assert.deepEqual(checkOpenApi(document), []);
    const { parameters } = document.paths["/dead-letters"].get;
    const names = parameters.map(({ name }: { name: string }) => name);
    assert.deepEqual(names.slice(0, 3), ["queue", "reason", "failureReason"]);
  });
});
