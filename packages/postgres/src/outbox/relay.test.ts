/** A relay whose database or broker is in trouble. */
import assert from "node:assert/strict";
import { after, afterEach, before, describe, it } from "node:test";
import { MessagingError, type OutboxMessage, type Publisher } from "@rabbit-contract/messaging";
import { eventually, job, RecordingLog } from "@rabbit-contract/messaging/testing";
import type pg from "pg";
import { type OpenTestDatabase, openTestDatabase, publisherWith, rowsOf } from "../testing/index.ts";
import { insertIntoOutbox } from "./outbox.ts";
import { Relay, type RelayOptions } from "./relay.ts";

describe("a relay in trouble", () => {
  const log = new RecordingLog();
  let testing: OpenTestDatabase;
  let pool: pg.Pool;
  const relays: Relay[] = [];

  before(async () => {
    testing = await openTestDatabase();
    pool = testing.pool;
  });
  afterEach(async () => {
    await Promise.all(relays.splice(0).map((relay) => relay.stop(100)));
    await pool.query("delete from outbox");
    log.lines.length = 0;
  });
  after(() => testing.close());

  const start = (publish: Publisher["publish"], options: Partial<RelayOptions> = {}) => {
    const publisher = publisherWith(publish);
    const relay = new Relay({ sql: testing.database.sql, publisher, log, sweepInterval: 50, ...options });
    relays.push(relay);
    relay.start();
    return relay;
  };
  const send = (relay: Relay, messages: OutboxMessage[]) => relay.reserve(messages).handOver();

  it("holds at most three connections while the table is locked, however long that takes", async () => {
    const outcomes: Record<string, () => Promise<void>> = {
      confirmed: async () => {},
      hanging: () => new Promise(() => {}),
      returned: () => Promise.reject(new MessagingError("message-returned", "no queue")),
      unsent: () => Promise.reject(new MessagingError("connection-closed", "closed")),
    };
    const messages = Object.keys(outcomes).map((type) => ({ ...job(type), type }));
    await insertIntoOutbox(pool, messages, 10_000);
    const relay = start(({ type }) => outcomes[type]?.() ?? Promise.resolve(), { lease: 400 });
    const lock = await pool.connect();
    await lock.query("begin; lock table outbox");
    send(relay, messages);
    // Eight times the pause between two renewals.
    await new Promise((resolve) => setTimeout(resolve, 800));
    const used = pool.totalCount - pool.idleCount - 1;
    await lock.query("rollback");
    lock.release();
    assert.ok(used >= 1 && used <= 3, `${used} connections`);
  });

  it("publishes a message whose row it cannot delete only once, and reports a missing right as an error", async () => {
    const role = decodeURIComponent(new URL(testing.url).username);
    const published: string[] = [];
    await rowsOf(testing.migrationUrl, `revoke delete on outbox from "${role}"`);
    try {
      const sent = job("once");
      await insertIntoOutbox(pool, [sent], 0);
      start(
        async ({ id }) => {
          published.push(id);
        },
        { lease: 200 },
      );
      const updates = () => log.matching(/could not be updated/);
      await eventually(() => assert.ok(updates().length >= 2));
      assert.ok(updates().every(({ level }) => level === "error"));
      assert.deepEqual(published, [sent.id]);
    } finally {
      await rowsOf(testing.migrationUrl, `grant delete on outbox to "${role}"`);
    }
    await eventually(async () => assert.equal((await pool.query("select from outbox")).rowCount, 0));
    assert.equal(published.length, 1);
  });

  it("reports a message that may be repeated, even while others fail for harmless reasons", async () => {
    const relay = start(
      ({ type }) =>
        Promise.reject(
          type === "repeated"
            ? new MessagingError("confirm-timeout", "not confirmed in time")
            : new MessagingError("message-returned", "no queue"),
        ),
      { sweepInterval: 60_000 },
    );
    const messages = ["returned", "repeated"].map((type) => ({ ...job(type), type }));
    await insertIntoOutbox(pool, messages, 10_000);
    send(relay, messages);
    await eventually(() => assert.equal(log.matching(/was not published/).length, 2));
  });
});
