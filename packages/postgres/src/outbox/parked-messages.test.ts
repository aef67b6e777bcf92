import assert from "node:assert/strict";
import { after, afterEach, before, describe, it } from "node:test";
import type { DeadLetterAction } from "@rabbit-contract/messaging";
import { finish, job, RecordingLog } from "@rabbit-contract/messaging/testing";
import { sql } from "drizzle-orm";
import { createDeadLetterJournal, listActions } from "../dead-letters/journal.ts";
import { type OpenTestDatabase, openTestDatabase } from "../testing/index.ts";
import type { Database } from "../transaction.ts";
import { insertIntoOutbox, leaseExpired, recordRefusals } from "./outbox.ts";
import { ParkedMessages } from "./parked-messages.ts";

describe("messages that are parked in the outbox", () => {
  let testing: OpenTestDatabase;
  let database: Database;
  let parked: ParkedMessages;

  before(async () => {
    testing = await openTestDatabase();
    database = testing.database;
    parked = new ParkedMessages({
      name: "shop.outbox",
      database,
      journal: createDeadLetterJournal(database),
      log: new RecordingLog(),
    });
  });
  afterEach(async () => {
    await database.sql.execute(sql`delete from outbox`);
    await database.sql.execute(sql`delete from dead_letter_actions`);
  });
  after(() => testing.close());

  /** @returns their ids */
  const park = async (count: number, reason: "exchange-missing" | "unroutable" = "exchange-missing") => {
    const messages = Array.from({ length: count }, (_, n) => job(`${n}`, { exchange: "gone" }));
    await insertIntoOutbox(testing.pool, messages, 0);
    const refusals = messages.map(({ id }) => ({ id, reason, refusal: "no exchange 'gone'\0" }));
    await recordRefusals(database.sql, refusals, 1);
    return messages.map(({ id }) => id);
  };
  const act = async (action: Omit<DeadLetterAction, "operator">, dryRun = false) => {
    const { results, ...counts } = await finish(parked.act({ operator: "ada", ...action }, { dryRun }));
    assert.equal(counts.complete, true);
    return { ...counts, ids: results.map(({ deadLetter }) => deadLetter.id) };
  };
  const waiting = async () =>
    (await leaseExpired(database.sql, { limit: 2_000, leaseMilliseconds: 0 })).map(
      ({ message, attempts }) => [message.id, attempts],
    );
  const record = () => listActions(database.sql, { after: undefined, limit: 100 });

  it("are listed page by page, filtered, and shown with their content", async () => {
    const ids = await park(5);
    const [other] = await park(1, "unroutable");
    const first = await parked.list({ filter: { reason: "exchange-missing" }, limit: 3 });
    assert.deepEqual(first.queues, [{ queue: "shop.outbox", messages: 6, examined: 6 }]);
    const [deadLetter] = first.deadLetters;
    const { deadLetteredAt, publishedAt, ...fields } = deadLetter ?? {};
    assert.deepEqual(fields, {
      queue: "shop.outbox",
      id: ids[0],
      messageId: ids[0],
      type: "job.added",
      reason: "exchange-missing",
      failureReason: "no exchange 'gone'\u{fffd}",
      attempts: 1,
      producer: "shop",
      correlationId: "job 0",
      originalExchange: "gone",
      originalRoutingKey: "job.added",
      contentBytes: 12,
    });
    assert.ok(Date.parse(String(deadLetteredAt)) >= Date.parse(String(publishedAt)));
    assert.deepEqual(
      (await parked.list({ filter: { reason: "unroutable", minAttempts: 1 }, limit: 3 })).deadLetters.map(
        ({ id }) => id,
      ),
      [other],
    );
    const found = await parked.find("shop.outbox", ids[3] ?? "");
    assert.equal(found?.content.toString(), '{"name":"3"}');
    assert.equal(found?.headers["schema-version"], 1);
    assert.equal(await parked.find("shop.outbox", "nothing"), undefined);
  });

  it("are replayed with no attempts, once, and recorded with who did it", async () => {
    const ids = await park(700);
    await park(1, "unroutable");
    assert.deepEqual(await waiting(), []);
    const action = { kind: "replay", filter: { reason: "exchange-missing" } } as const;
    const would = await act(action, true);
    assert.deepEqual([would.total, would.matched, would.done], [701, 700, 0]);
    assert.deepEqual(await record(), []);
    assert.deepEqual(await waiting(), []);

    const done = await act(action);
    assert.deepEqual([done.matched, done.done, done.failed], [700, 700, 0]);
    assert.deepEqual(done.ids, ids);
    assert.deepEqual(
      await waiting(),
      ids.map((id) => [id, 0]),
    );
    const [entry] = await record();
    assert.equal(entry?.outcome, "done");
    assert.deepEqual([entry?.operator, entry?.action, entry?.queue], ["ada", "replay", "shop.outbox"]);
    assert.equal(entry?.runId, done.runId);
    assert.equal((await act(action)).matched, 0);
  });

  it("are deleted, and only those that are parked", async () => {
    const [id = ""] = await park(1);
    await insertIntoOutbox(testing.pool, [job("waits")], 0);
    const { ids } = await act({ kind: "delete", filter: { messageId: id } });
    assert.deepEqual(ids, [id]);
    assert.equal((await waiting()).length, 1);
    assert.equal((await act({ kind: "delete", filter: {} })).total, 0);
    assert.equal((await waiting()).length, 1);
  });

  it("are taken by one of two operators who act at the same time", async () => {
    await park(600);
    const [one, other] = await Promise.all([
      act({ kind: "replay", filter: {} }),
      act({ kind: "delete", filter: {} }),
    ]);
    const [{ count } = { count: 0 }] = (
      await database.sql.execute<{ count: number }>(
        sql`select count(*)::int as count from dead_letter_actions`,
      )
    ).rows;
    assert.equal(one.done + other.done, count);
    assert.equal((await waiting()).length, one.done);
    assert.equal(new Set([...one.ids, ...other.ids]).size, count);
  });

  it("stay when the call is aborted", async () => {
    await park(3);
    const stop = new AbortController();
    stop.abort();
    const reports: boolean[] = [];
    const action = { kind: "delete", operator: "ada", filter: {} } as const;
    for await (const { complete } of parked.act(action, { signal: stop.signal })) reports.push(complete);
    assert.deepEqual(reports, [false, false]);
    assert.equal((await parked.list({ limit: 10 })).deadLetters.length, 3);
  });
});
