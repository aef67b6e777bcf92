/** A network that drops a connection without telling either side. */
import assert from "node:assert/strict";
import { after, afterEach, before, beforeEach, describe, it } from "node:test";
import type { Publisher } from "@rabbit-contract/messaging";
import { eventually, job, RecordingLog, TcpProxy } from "@rabbit-contract/messaging/testing";
import { sql } from "drizzle-orm";
import type pg from "pg";
import { databaseFaultOf } from "./database-errors.ts";
import { groupCommit } from "./group-commit.ts";
import { createInbox } from "./inbox/inbox.ts";
import { insertIntoOutbox } from "./outbox/outbox.ts";
import { Relay } from "./outbox/relay.ts";
import { openPool } from "./pool.ts";
import { publisherWith, rowsOf, type TestDatabase, testDatabase, testMigrations } from "./testing/index.ts";
import { createDatabase, type Database } from "./transaction.ts";

const log = new RecordingLog();
/** Milliseconds: the connection of a statement is closed a second later. */
const statementTimeout = 500;

const message = job("sent");
const { id } = message;

/** Rejects with an error that blames the database. */
async function failsAsUnavailable(work: Promise<unknown>): Promise<void> {
  await assert.rejects(
    work,
    (error) => databaseFaultOf(error) === "unavailable" || assert.fail(String(error)),
  );
}

describe("a half-open connection to the database", () => {
  let testing: TestDatabase;
  let proxy: TcpProxy;
  let pool: pg.Pool;
  let database: Database;

  before(async () => {
    testing = await testDatabase(testMigrations);
  });
  after(() => testing.drop());

  beforeEach(async () => {
    log.lines.length = 0;
    proxy = await TcpProxy.start(testing.url);
    pool = openPool({ url: proxy.url(testing.url), applicationName: "half-open", log, statementTimeout });
    database = createDatabase(pool, { log });
  });
  afterEach(async () => {
    await database.close();
    await proxy.close();
  });

  /** Opens that many connections, all idle. */
  async function connections(count: number): Promise<void> {
    const clients = await Promise.all(Array.from({ length: count }, () => pool.connect()));
    for (const client of clients) client.release();
  }

  it("fails a transaction in the middle, and the next one uses another connection", async () => {
    const half = database.transaction(async (tx) => {
      await tx.sql.execute(sql`insert into inbox (queue, message_id) values ('half', ${id})`);
      proxy.freeze();
      await tx.sql.execute(sql`select 1`);
    });
    await failsAsUnavailable(half);
    // Its locks are gone as well: the database has ended the transaction, which its client cannot.
    const inbox = createInbox(database);
    const claim = () => inbox.transaction((tx) => inbox.claim(tx, "half", [id]));
    await eventually(async () => assert.deepEqual(await claim(), new Set([id])));
  });

  it("fails a commit that is not answered", async () => {
    const half = database.transaction(async (tx) => {
      await tx.sql.execute(sql`select 1`);
      proxy.freeze();
    });
    await failsAsUnavailable(half);
    await database.ping();
  });

  it("ends a rollback that is not answered, with the error that caused it", async () => {
    const failure = new Error("the use case failed");
    const half = database.transaction(async (tx) => {
      await tx.sql.execute(sql`select 1`);
      proxy.freeze();
      throw failure;
    });
    await assert.rejects(half, failure);
    await database.ping();
  });

  it("costs the time of one statement, however many idle connections are dead", async () => {
    await connections(8);
    proxy.freeze();
    await failsAsUnavailable(database.sql.execute(sql`select 1`));
    await database.sql.execute(sql`select 1`);
    assert.equal(log.matching(/connection was lost/).length, 1);
  });

  it("fails one ping, and no further one", async () => {
    await database.ping();
    proxy.freeze();
    await failsAsUnavailable(database.ping());
    await database.ping();
  });

  it("frees both slots of a group commit", async () => {
    let underWay = 0;
    let most = 0;
    const request = groupCommit(async (requests: readonly number[]) => {
      most = Math.max(most, ++underWay);
      await database.transaction((tx) => tx.sql.execute(sql`select 1`)).finally(() => underWay--);
      return requests;
    });
    /** Enough for this many groups, of 200 each. */
    const all = (groups: number) =>
      Promise.allSettled(Array.from({ length: groups * 200 }, (_, n) => request(n)));
    await all(64);
    assert.equal(most, 2);
    proxy.freeze();
    // How many fail depends on the machine: a new connection has three seconds.
    const ends = new Set((await all(64)).map(({ status }) => status));
    assert.deepEqual(ends, new Set(["rejected", "fulfilled"]));
    most = 0;
    await all(64);
    assert.equal(most, 2);
  });

  it("stops none of the relay's sweeps, renewals and deletions for good", async () => {
    const published: string[] = [];
    let confirm = () => {};
    const publish: Publisher["publish"] = ({ id }) => {
      published.push(id);
      return new Promise((resolve) => (confirm = resolve));
    };
    const publisher = publisherWith(publish);
    const relay = new Relay({ sql: database.sql, publisher, log, sweepInterval: 20, lease: 3_000 });
    relay.start();
    await connections(3);
    proxy.freeze();
    await insertIntoOutbox(pool, [message], 0).catch(() => insertIntoOutbox(pool, [message], 0));
    await eventually(() => assert.deepEqual(published, [id]));
    await connections(3);
    // The next ones are a renewal and a sweep, then the deletion.
    proxy.freeze();
    const leased = () =>
      rowsOf<{ left: boolean }>(
        testing.url,
        "select leased_until > now() + interval '2 s' as left from outbox",
      );
    await eventually(async () => assert.deepEqual(await leased(), [{ left: true }]));
    proxy.freeze();
    confirm();
    await eventually(async () => assert.deepEqual(await leased(), []));
    assert.deepEqual(published, [id]);
    await relay.stop(1000);
  });

  it("does not prevent the pool from closing", async () => {
    await connections(4);
    const frozen = Promise.withResolvers<void>();
    const underWay = database.transaction(async (tx) => {
      await tx.sql.execute(sql`select 1`);
      proxy.freeze();
      frozen.resolve();
      await tx.sql.execute(sql`select 1`);
    });
    await frozen.promise;
    assert.equal(pool.idleCount, 3);
    await Promise.all([failsAsUnavailable(underWay), pool.end()]);
    pool = openPool({ url: testing.url, applicationName: "half-open", log });
    database = createDatabase(pool, { log });
  });

  it("fails a connection attempt that is not answered", async () => {
    proxy.frozen = true;
    await failsAsUnavailable(database.ping());
    proxy.frozen = false;
    await database.ping();
  });
});
