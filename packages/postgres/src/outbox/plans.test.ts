import assert from "node:assert/strict";
import { after, afterEach, before, describe, it } from "node:test";
import { uuidv7 } from "@rabbit-contract/messaging";
import { job } from "@rabbit-contract/messaging/testing";
import { drizzle } from "drizzle-orm/node-postgres";
import type pg from "pg";
import { type OpenTestDatabase, openTestDatabase, rowsOf } from "../testing/index.ts";
import { insertIntoOutbox, type LeaseOptions, leaseExpired } from "./outbox.ts";

describe("PostgreSQL's plan for a sweep of the outbox", () => {
  let testing: OpenTestDatabase;
  let pool: pg.Pool;

  before(async () => {
    testing = await openTestDatabase();
    pool = testing.pool;
  });

  afterEach(() => pool.query("delete from outbox"));

  after(() => testing.close());

  /** The messages that a sweep takes, and the plan of its statement. */
  async function sweep(options: LeaseOptions) {
    const sent: { text: string; values: unknown[] }[] = [];
    const logger = { logQuery: (text: string, values: unknown[]) => sent.push({ text, values }) };
    const leased = await leaseExpired(drizzle({ client: pool, logger }), options);
    const [statement] = sent;
    const { rows } = await pool.query({ ...statement, text: `explain ${statement?.text}` });
    return { leased, plan: rows.map((row) => row["QUERY PLAN"]).join("\n") };
  }

  it("follows the index of leases when many messages wait in a table without statistics", async () => {
    await pool.query(`
      insert into outbox
        (id, type, exchange, routing_key, service, correlation_id, created_at, headers, content, leased_until)
      select gen_random_uuid(), 'job.done', 'shop', 'job.done', 'shop', 'p', now(), '{}', repeat('x', 600), now()
      from generate_series(1, 30000)`);
    const pausedRoutes = [{ exchange: "shop", routingKey: "job.lost", queues: [] }];
    const batch = { limit: 1_000, leaseMilliseconds: 0 };
    for (const options of [batch, { ...batch, onlyFresh: true, pausedRoutes }]) {
      const { leased, plan } = await sweep(options);
      assert.equal(leased.length, 1_000);
      assert.match(plan, /Index Scan using outbox_leased_until/);
      assert.doesNotMatch(plan, /Sort/);
    }
  });

  it("skips parked messages by that index, and operators find them by theirs", async () => {
    const parked = Array.from({ length: 5_000 }, () => job("parked"));
    await insertIntoOutbox(pool, parked, 0);
    await pool.query("update outbox set parked_at = now(), leased_until = 'infinity', attempts = 8");
    const waiting = { ...job("waits"), id: uuidv7() };
    await insertIntoOutbox(pool, [waiting], 0);
    await rowsOf(testing.migrationUrl, "analyze outbox");
    const { leased, plan } = await sweep({ limit: 10, leaseMilliseconds: 0 });
    assert.deepEqual(
      leased.map(({ message }) => message.id),
      [waiting.id],
    );
    assert.match(plan, /outbox_leased_until/);
    const list =
      "explain select id from outbox where parked_at is not null and id > gen_random_uuid() order by id limit 10";
    const { rows } = await pool.query(list);
    assert.match(JSON.stringify(rows), /outbox_parked/);
  });
});
