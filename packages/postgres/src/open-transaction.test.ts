import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import type { OutboxMessage } from "@rabbit-contract/messaging";
import { job, RecordingLog } from "@rabbit-contract/messaging/testing";
import { eq, inArray, type SQL, sql } from "drizzle-orm";
import { TransactionMisuseError } from "./open-transaction.ts";
import { inbox } from "./schema.ts";
import { type OpenTestDatabase, openTestDatabase, rowsOf, testMigrations } from "./testing/index.ts";
import { appendToOutbox, createDatabase, type Database, type Transaction } from "./transaction.ts";

const message = () => job("sent");

const log = new RecordingLog();
const lease = 1_000;

describe("a transaction", () => {
  let testing: OpenTestDatabase;
  let database: Database;
  /** Called between the end of the work and the insert into the outbox. */
  let reserving = () => {};

  before(async () => {
    // One connection: whatever is used after its transaction would reach the next one.
    testing = await openTestDatabase(testMigrations, { log, poolSize: 1 });
    const relay = {
      reserve() {
        reserving();
        return { leaseMilliseconds: lease, handOver() {}, giveBack() {} };
      },
    };
    database = createDatabase(testing.pool, { relay, log });
  });

  after(() => testing.close());

  const outbox = () => rowsOf<{ id: string }>(testing.url, "select id from outbox order by id");
  const insert = (tx: Pick<Transaction, "sql">, queue: string) =>
    tx.sql.execute(sql`insert into inbox (queue, message_id) values (${queue}, ${message().id})`);
  async function inserted(queue: string): Promise<number> {
    const { rows } = await database.sql.execute(sql`select from inbox where queue = ${queue}`);
    return rows.length;
  }

  /** What a call throws, or its promise rejects with. */
  async function misuse(call: () => unknown): Promise<string> {
    try {
      await call();
    } catch (error) {
      const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
      if (cause instanceof TransactionMisuseError) return cause.message;
      throw error;
    }
    return assert.fail("nothing was thrown");
  }

  it("throws at every use after its end, and touches no other transaction", async () => {
    let kept: Transaction | undefined;
    let sqlOfKept: Transaction["sql"] | undefined;
    let listOfKept: OutboxMessage[] | undefined;
    let built: { from(table: SQL): PromiseLike<unknown> } | undefined;
    await database.transaction(async (tx) => {
      kept = tx;
      sqlOfKept = tx.sql;
      listOfKept = tx.outbox;
    });
    const forgetful = database.transaction(async (tx) => {
      built = tx.sql.select();
    });
    await assert.rejects(forgetful, /never awaited/);
    const before = (await outbox()).length;
    await database.transaction(async (other) => {
      await insert(other, "other");
      const late: Transaction = kept ?? assert.fail();
      assert.match(await misuse(() => appendToOutbox(late, message())), /`outbox` .* after its end/);
      assert.match(await misuse(() => late.afterCommit.push(() => {})), /`afterCommit` .* after its end/);
      assert.match(await misuse(() => insert(late, "late")), /`sql` .* after its end/);
      assert.throws(() => sqlOfKept?.execute(sql`select nonsense`), TransactionMisuseError);
      assert.match(await misuse(() => built?.from(sql`inbox`)), /after its end/);
      assert.throws(() => listOfKept?.push(message()), TypeError);
    });
    assert.equal(await inserted("other"), 1);
    assert.equal(await inserted("late"), 0);
    assert.equal((await outbox()).length, before);
  });

  it("throws when it is used after it was rolled back", async () => {
    let kept: Transaction | undefined;
    const failing = database.transaction(async (tx) => {
      kept = tx;
      throw new Error("the use case failed");
    });
    await assert.rejects(failing, /the use case failed/);
    assert.match(await misuse(() => kept?.outbox), /after its end/);
  });

  it("takes no message between the insert of its messages and the commit", async () => {
    let thrown: Promise<string> | undefined;
    let kept: Transaction | undefined;
    reserving = () => {
      thrown = misuse(() => appendToOutbox(kept ?? assert.fail(), message()));
    };
    const sent = message();
    await database.transaction(async (tx) => {
      kept = tx;
      appendToOutbox(tx, sent);
    });
    reserving = () => {};
    assert.match((await thrown) ?? "", /`outbox` .* after its end/);
    assert.deepEqual((await outbox()).at(-1), { id: sent.id });
  });

  it("is rolled back when a statement was not awaited, with an error that names it", async () => {
    const running = database.transaction(async (tx) => {
      await insert(tx, "unawaited");
      tx.sql.execute(sql`select pg_sleep(0.2)`).catch(() => {});
    });
    await assert.rejects(running, /rolled back.* still running .* await it: select pg_sleep/);
    const failing = database.transaction(async (tx) => {
      tx.sql.execute(sql`select nonsense`).catch(() => {});
    });
    await assert.rejects(failing, /still running .* select nonsense/);
    const forgotten = database.transaction(async (tx) => {
      await insert(tx, "unawaited");
      void insert(tx, "unawaited");
    });
    await assert.rejects(forgotten, /never awaited.* insert into inbox/);
    assert.equal(await inserted("unawaited"), 0);
  });

  it("is rolled back when a query builder's statement was not awaited, with an error that names it", async () => {
    const row = () => ({ queue: "builder", messageId: message().id });
    const forgotten: [RegExp, (sql: Transaction["sql"]) => unknown][] = [
      [/never awaited.* insert into "inbox"/, (sql) => sql.insert(inbox).values(row()).onConflictDoNothing()],
      [/never awaited.* PgInsertBuilder/, (sql) => sql.insert(inbox)],
      [/never awaited.* update "inbox"/, (sql) => sql.update(inbox).set({ queue: "builder" }).returning()],
      [/never awaited.* delete from "inbox"/, (sql) => sql.delete(inbox)],
      [/never awaited.* select .* for update/, (sql) => sql.select().from(inbox).for("update")],
      [/never awaited.* NodePgPreparedQuery/, (sql) => sql.insert(inbox).values(row()).prepare("p")],
    ];
    for (const [expected, forget] of forgotten) {
      const running = database.transaction(async (tx) => {
        await tx.sql.insert(inbox).values(row());
        forget(tx.sql);
      });
      await assert.rejects(running, expected);
    }
    assert.equal(await inserted("builder"), 0);
  });

  it("commits statements that query builders built and sent, or made part of another statement", async () => {
    const rows = await database.transaction(async ({ sql: tx }) => {
      const [id, ...more] = [message().id, message().id, message().id];
      const values = [id, ...more].map((messageId) => ({ queue: "built", messageId }));
      assert.equal((await tx.insert(inbox).values(values).returning()).length, 3);
      await tx
        .delete(inbox)
        .where(eq(inbox.messageId, id ?? ""))
        .execute();
      const part = tx.select({ id: inbox.messageId }).from(inbox).where(eq(inbox.queue, "built")).as("part");
      const ids = tx.select({ id: inbox.messageId }).from(inbox);
      const left = tx.select({ id: part.id }).from(part).leftJoin(inbox, eq(inbox.messageId, part.id));
      return left.where(inArray(part.id, ids)).union(tx.select({ id: inbox.messageId }).from(inbox).limit(0));
    });
    assert.equal(rows.length, 2);
    assert.equal(await inserted("built"), 2);
  });

  it("cannot be ended by its work", async () => {
    const row = { queue: "ended", messageId: message().id };
    const endings: ((sql: Transaction["sql"]) => unknown)[] = [
      (tx) => Reflect.get(tx, "transaction"),
      (tx) => Reflect.get(tx, "$client"),
      ...["commit", "/* a */ -- b\n COMMIT", "rollback", "begin", "start transaction", "end", "abort"].map(
        (text) => (tx: Transaction["sql"]) => tx.execute(text),
      ),
    ];
    for (const end of endings) {
      const running = database.transaction(async (tx) => {
        await tx.sql.insert(inbox).values(row);
        assert.match(await misuse(() => end(tx.sql)), /is not allowed in a transaction/);
        throw new Error("rolled back");
      });
      await assert.rejects(running, /^Error: rolled back$/);
    }
    await database.transaction(async (tx) => {
      await tx.sql.execute("savepoint one");
      await tx.sql.insert(inbox).values(row);
      await tx.sql.execute("rollback to one");
    });
    assert.equal(await inserted("ended"), 0);
  });

  it("leases its messages from the time at which they are written, however long the transaction took", async () => {
    const sent = message();
    await database.transaction(async (tx) => {
      appendToOutbox(tx, sent);
      await tx.sql.execute(sql`select 1`);
      await delay(lease + 100);
    });
    // `written_at` is when the transaction began.
    const [row] = await rowsOf<{ whole: boolean }>(
      testing.url,
      `select leased_until - written_at >= interval '${2 * lease} ms' as whole from outbox where id = '${sent.id}'`,
    );
    assert.deepEqual(row, { whole: true });
  });
});
