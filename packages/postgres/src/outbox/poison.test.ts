import assert from "node:assert/strict";
import { after, afterEach, before, describe, it } from "node:test";
import type { OutboxMessage } from "@rabbit-contract/messaging";
import { eventually, job, MessagingFixture, RecordingLog } from "@rabbit-contract/messaging/testing";
import { sql } from "drizzle-orm";
import type pg from "pg";
import { type OpenTestDatabase, openTestDatabase } from "../testing/index.ts";
import { appendToOutbox, createDatabase, type Database } from "../transaction.ts";
import { insertIntoOutbox } from "./outbox.ts";
import { Relay, type RelayOptions } from "./relay.ts";

describe("a message in the outbox that the broker refuses", () => {
  let testing: OpenTestDatabase;
  let pool: pg.Pool;
  let rows: Database["sql"];
  let fixture: MessagingFixture;
  const relays: Relay[] = [];
  const log = new RecordingLog();

  before(async () => {
    fixture = await MessagingFixture.create();
    testing = await openTestDatabase();
    pool = testing.pool;
    rows = testing.database.sql;
  });

  afterEach(async () => {
    await Promise.all(relays.splice(0).map((relay) => relay.stop(2_000)));
    await fixture.closeBrokers();
    await rows.execute(sql`delete from outbox`);
  });

  after(async () => {
    await testing.close();
    await fixture.end();
  });

  const start = async (options: Partial<RelayOptions> = {}) => {
    const { publisher } = await fixture.ready();
    const relay = new Relay({ sql: rows, publisher, log, sweepInterval: 50, ...options });
    relays.push(relay);
    relay.start();
    return { relay, publisher, database: createDatabase(pool, { relay, log }) };
  };
  const gone = (): OutboxMessage => job("poison", { exchange: "gone" });
  const states = async () => {
    const { rows: found } = await rows.execute<{
      id: string;
      attempts: number;
      parked: boolean;
      reason: string;
    }>(sql`
      select id, attempts, refusal_reason as reason, parked_at is not null as parked from outbox order by id`);
    return found;
  };

  it("is tried again with growing pauses, then parked with its reason, while the others are published", async () => {
    const parked: string[] = [];
    const observer = {
      writing() {},
      written() {},
      published() {},
      failed() {},
      parked: (type: string, reason: string) => parked.push(`${type} ${reason}`),
    };
    const poison = gone();
    const neighbours = Array.from({ length: 20 }, (_, n) => job(`${n}`));
    await insertIntoOutbox(pool, [poison, ...neighbours], 0);
    await start({ maxAttempts: 2, observer });
    await eventually(async () => assert.equal((await states()).length, 1));
    await eventually(async () =>
      assert.deepEqual(await states(), [
        { id: poison.id, attempts: 2, parked: true, reason: "exchange-missing" },
      ]),
    );
    // Reported once the statement is answered.
    await eventually(() => assert.deepEqual(parked, ["job.added exchange-missing"]));
    const [line] = log.matching(/was parked in the outbox/);
    assert.deepEqual(line?.fields, {
      messageId: poison.id,
      type: "job.added",
      reason: "exchange-missing",
      attempts: 2,
    });
    const { rows: pauses } = await rows.execute(sql`
      select from outbox where leased_until = 'infinity' and refusal like '%no exchange ''gone''%'`);
    assert.equal(pauses.length, 1);
  });

  it("has the others published once, although its own attempts close channels", async () => {
    let attempts = 0;
    const observer = { writing() {}, written() {}, published() {}, parked() {}, failed: () => attempts++ };
    const { database } = await start({ observer });
    const poison = Array.from({ length: 20 }, gone);
    await insertIntoOutbox(pool, poison, 0);
    // The first attempts are made among the others: nothing is known of these messages before.
    await eventually(async () => assert.ok((await states()).every((row) => row.attempts > 0)));

    const before = await fixture.host.queueDepth("jobs");
    const enough = attempts + poison.length;
    const deadline = Date.now() + 30_000;
    let sent = 0;
    const client = async () => {
      while (attempts < enough && Date.now() < deadline)
        await database.transaction(async (tx) => appendToOutbox(tx, job(`${sent++}`)));
    };
    await Promise.all(Array.from({ length: 8 }, client));
    assert.ok(attempts >= enough, `${attempts} attempts, not ${enough}`);
    await eventually(async () => assert.equal((await states()).length, poison.length));
    assert.equal((await fixture.host.queueDepth("jobs")) - before, sent);
  });

  it("uses up no attempt during outages", async () => {
    const { database, publisher } = await start();
    const messages = Array.from({ length: 30 }, (_, n) => job(`${n}`));
    await database.transaction(async (tx) => {
      for (const message of messages.slice(0, 10)) appendToOutbox(tx, message);
    });
    await fixture.host.deleteExchange("shop");
    await database.transaction(async (tx) => {
      for (const message of messages.slice(10, 20)) appendToOutbox(tx, message);
    });
    await fixture.host.deleteQueue("jobs");
    await fixture.host.closeConnections();
    await database.transaction(async (tx) => {
      for (const message of messages.slice(20)) appendToOutbox(tx, message);
    });
    await eventually(async () => {
      const left = await states();
      assert.ok(left.every(({ attempts }) => attempts === 0));
      assert.equal(left.length, 0);
    });
    await eventually(() => assert.equal(publisher.ready, true));
  });
});
