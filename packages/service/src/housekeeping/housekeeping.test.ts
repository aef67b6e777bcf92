import assert from "node:assert/strict";
import { after, before, beforeEach, describe, it } from "node:test";
import { type ConsumedQueueDescriptor, uuidv7 } from "@rabbit-contract/messaging";
import { eventually } from "@rabbit-contract/messaging/testing";
import { type Chore, firstUuidOf, inboxChores } from "@rabbit-contract/postgres";
import { type TestDatabase, testDatabase, testMigrations } from "@rabbit-contract/postgres/testing";
import { sql } from "drizzle-orm";
import { drizzle, type NodePgDatabase } from "drizzle-orm/node-postgres";
import pg from "pg";
import { memoryLog } from "../testing/http.ts";
import { startHousekeeping } from "./timer.ts";

const day = 86_400_000;

function queue(name: string): ConsumedQueueDescriptor {
  return { name, redeliveryExchange: "", deadLetterQueue: "", retryTiers: [], prefetch: 1, batchSize: 1 };
}

describe("housekeeping", () => {
  let database: TestDatabase;
  let pool: pg.Pool;
  let db: NodePgDatabase;
  before(async () => {
    database = await testDatabase(testMigrations);
    pool = new pg.Pool({ connectionString: database.url, max: 4 });
    // Dropping the database ends what is still closing.
    pool.on("connect", (client) => client.on("error", () => {}));
    db = drizzle({ client: pool });
  });
  beforeEach(async () => {
    await db.execute(sql`delete from inbox`);
    await db.execute(sql`delete from inbox_starts`);
  });
  after(async () => {
    await pool.end();
    await database.drop();
  });

  /** Handled so many days ago; sent so many days ago. */
  async function handled(name: string, count: number, { ago, sent = ago }: { ago: number; sent?: number }) {
    const begin = firstUuidOf(Date.now() - sent * day).slice(0, 24);
    const ids = Array.from({ length: count }, () => begin + uuidv7().slice(24));
    await db.execute(sql`
      insert into inbox (queue, message_id, handled_at)
      select ${name}, id, now() - ${ago} * interval '1 day' from unnest(${sql.param(ids)}::uuid[]) as id`);
  }

  async function count(table: "inbox" | "inbox_starts"): Promise<number> {
    const { rows } = await db.execute<{ n: number }>(
      sql`select count(*)::int as n from ${sql.identifier(table)}`,
    );
    return rows[0]?.n ?? 0;
  }

  const [forget, forgetStarts] = inboxChores([queue("order.stock"), queue("order.products")], 30 * day);

  async function untilDone(chore: Chore | undefined, limit: number): Promise<number[]> {
    assert.ok(chore);
    const steps: number[] = [];
    do steps.push(await chore.run(db, limit));
    while (steps.at(-1) !== 0);
    return steps;
  }

  it("forgets what was handled long ago, a batch at a time, and nothing younger", async () => {
    await handled("order.stock", 25, { ago: 31 });
    await handled("order.products", 5, { ago: 40 });
    await handled("order.stock", 7, { ago: 29 });
    await handled("order.stock", 3, { ago: 1, sent: 35 }); // a dead letter that was replayed yesterday
    assert.deepEqual(await untilDone(forget, 10), [10, 10, 5, 5, 0]);
    assert.equal(await count("inbox"), 10);
  });

  it("can be done by several replicas at once", async () => {
    await handled("order.stock", 200, { ago: 31 });
    const steps = await Promise.all([1, 2, 3, 4].map(() => untilDone(forget, 20)));
    assert.equal(
      steps.flat().reduce((sum, rows) => sum + rows, 0),
      200,
    );
    assert.equal(await count("inbox"), 0);
  });

  it("passes over rows that somebody holds", async () => {
    await handled("order.stock", 2, { ago: 31 });
    await db.transaction(async (tx) => {
      await tx.execute(sql`select from inbox limit 1 for update`);
      assert.deepEqual(await untilDone(forget, 10), [1, 0]);
    });
    assert.deepEqual(await untilDone(forget, 10), [1, 0]);
  });

  it("forgets starts that never ended", async () => {
    await db.execute(sql`
      insert into inbox_starts (queue, message_id, starts, started_at)
      values ('order.stock', ${uuidv7()}, 1, now() - interval '31 days'), ('order.stock', ${uuidv7()}, 1, now())`);
    assert.deepEqual(await untilDone(forgetStarts, 10), [1, 0]);
    assert.equal(await count("inbox_starts"), 1);
  });

  it("goes on through failures, round after round, until it is stopped", async () => {
    const { log, lines } = memoryLog();
    let left = 3;
    let failures = 0;
    const failing: Chore = {
      name: "failing",
      async run() {
        failures++;
        throw new Error("Connection terminated unexpectedly");
      },
    };
    const working: Chore = { name: "working", run: async () => (left > 0 ? left-- && 10 : 0) };
    const chores = [failing, working];
    const housekeeping = startHousekeeping({ database: { sql: db }, chores, log, interval: 5, pause: 1 });
    await eventually(() => assert.ok(failures >= 3));
    await housekeeping.stop();
    const done = failures;
    assert.deepEqual(lines.find(({ msg }) => msg === "old rows removed")?.removed, { working: 30 });
    assert.equal(lines.filter(({ level }) => level === "warn").length, 1);
    await handled("order.stock", 1, { ago: 31 });
    assert.equal(failures, done);
  });
});
