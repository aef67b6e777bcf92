import assert from "node:assert/strict";
import { after, before, beforeEach, describe, it } from "node:test";
import { type ConsumedQueueDescriptor, uuidv7 } from "@rabbit-contract/messaging";
import { sql } from "drizzle-orm";
import { type Chore, inboxChores } from "./retention.ts";
import { type OpenTestDatabase, openTestDatabase } from "./testing/index.ts";
import type { Database } from "./transaction.ts";

const day = 86_400_000;

function queue(name: string): ConsumedQueueDescriptor {
  return { name, redeliveryExchange: "", deadLetterQueue: "", retryTiers: [], prefetch: 1, batchSize: 1 };
}

describe("retention", () => {
  let testing: OpenTestDatabase;
  let db: Database["sql"];
  before(async () => {
    testing = await openTestDatabase();
    db = testing.database.sql;
  });
  beforeEach(async () => {
    await db.execute(sql`delete from inbox`);
    await db.execute(sql`delete from inbox_starts`);
  });
  after(() => testing.close());

  /** Handled so many days ago; sent so many days ago. */
  async function handled(name: string, count: number, { ago, sent = ago }: { ago: number; sent?: number }) {
    const ids = Array.from({ length: count }, () => uuidv7({ msecs: Date.now() - sent * day }));
    await insert(name, ids, ago);
  }

  async function insert(name: string, ids: readonly string[], ago: number) {
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

  const [forget, forgetStarts] = inboxChores([queue("packing.parcels"), queue("packing.labels")], 30 * day);

  async function untilDone(chore: Chore | undefined, limit: number): Promise<number[]> {
    assert.ok(chore);
    const steps: number[] = [];
    do steps.push(await chore.run(db, limit));
    while (steps.at(-1) !== 0);
    return steps;
  }

  it("removes records of messages handled long ago, a batch at a time, and no younger ones", async () => {
    await handled("packing.parcels", 25, { ago: 31 });
    await handled("packing.labels", 5, { ago: 40 });
    await handled("packing.parcels", 7, { ago: 29 });
    await handled("packing.parcels", 3, { ago: 1, sent: 35 }); // a dead letter that was replayed yesterday
    assert.deepEqual(await untilDone(forget, 10), [10, 10, 5, 5, 0]);
    assert.equal(await count("inbox"), 10);
  });

  it("depends on when a message was handled, whatever its sender's clock said", async () => {
    const hour = 1 / 24;
    await handled("packing.parcels", 2, { ago: 31, sent: 31 - hour });
    await handled("packing.parcels", 2, { ago: 31, sent: -10 });
    await handled("packing.parcels", 2, { ago: 29, sent: 31 });
    await handled("packing.parcels", 2, { ago: 29, sent: -10 });
    assert.deepEqual(await untilDone(forget, 10), [2, 2, 0]);
    assert.equal(await count("inbox"), 4);
  });

  it("removes records of messages whose ids contain no time, such as UUIDv4", async () => {
    const ids = (firsts: string) => [...firsts].map((first) => first + crypto.randomUUID().slice(1));
    await insert("packing.parcels", ids("0123456789abcdef"), 31);
    await insert("packing.parcels", ids("0123456789abcdef"), 29);
    await untilDone(forget, 10);
    assert.equal(await count("inbox"), 16);
  });

  it("can run in several replicas at once", async () => {
    await handled("packing.parcels", 200, { ago: 31 });
    const steps = await Promise.all([1, 2, 3, 4].map(() => untilDone(forget, 20)));
    assert.equal(
      steps.flat().reduce((sum, rows) => sum + rows, 0),
      200,
    );
    assert.equal(await count("inbox"), 0);
  });

  it("skips rows that are locked", async () => {
    await handled("packing.parcels", 2, { ago: 31 });
    await db.transaction(async (tx) => {
      await tx.execute(sql`select from inbox limit 1 for update`);
      assert.deepEqual(await untilDone(forget, 10), [1, 0]);
    });
    assert.deepEqual(await untilDone(forget, 10), [1, 0]);
  });

  it("removes starts that never ended", async () => {
    await db.execute(sql`
      insert into inbox_starts (queue, message_id, starts, started_at)
      values ('packing.parcels', ${uuidv7()}, 1, now() - interval '31 days'), ('packing.parcels', ${uuidv7()}, 1, now())`);
    assert.deepEqual(await untilDone(forgetStarts, 10), [1, 0]);
    assert.equal(await count("inbox_starts"), 1);
  });
});
