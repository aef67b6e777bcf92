import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { type OutboxMessage, uuidv7 } from "@rabbit-contract/messaging";
import { job, RecordingLog } from "@rabbit-contract/messaging/testing";
import { sql } from "drizzle-orm";
import { groupCommit } from "./group-commit.ts";
import { createInbox } from "./inbox/inbox.ts";
import { type OpenTestDatabase, openTestDatabase, rowsOf } from "./testing/index.ts";
import { createDatabase, type Database, type Transaction } from "./transaction.ts";

const messageOf = (more: Partial<OutboxMessage> = {}): OutboxMessage => ({ ...job("sent"), ...more });

describe("a transaction that has committed", () => {
  const log = new RecordingLog();
  let testing: OpenTestDatabase;
  let database: Database;

  before(async () => {
    testing = await openTestDatabase();
    await rowsOf(
      testing.migrationUrl,
      "create table things (name text); grant select, insert on things to public",
    );
    const relay = {
      reserve: () => ({
        leaseMilliseconds: 0,
        handOver() {
          throw new Error("the observer failed");
        },
        giveBack() {},
      }),
    };
    database = createDatabase(testing.pool, { relay, log });
  });
  after(() => testing.close());

  const names = async () =>
    (await rowsOf<{ name: string }>(testing.migrationUrl, "select name from things order by name")).map(
      ({ name }) => name,
    );

  it("is not run again by a group commit, whatever throws after it", async () => {
    let runs = 0;
    const submit = groupCommit((group: readonly string[]) =>
      database.transaction(async (tx) => {
        runs++;
        for (const name of group) await tx.sql.execute(sql`insert into things values (${name})`);
        tx.afterCommit.push(() => {
          throw new Error("the counter failed");
        });
        return group;
      }),
    );
    assert.deepEqual(await Promise.all(["a", "b"].map(submit)), ["a", "b"]);
    assert.equal(runs, 1);
    assert.deepEqual(await names(), ["a", "b"]);
    assert.equal(log.matching(/what follows a commit failed/).length, 2);
  });

  it("resolves for the inbox too, so that its batch is acknowledged", async () => {
    const inbox = createInbox(database);
    const claimed = inbox.transaction((tx) => {
      tx.afterCommit.push(() => {
        throw new Error("the counter failed");
      });
      return inbox.claim(tx, "jobs", [uuidv7()]);
    });
    assert.equal((await claimed).size, 1);
  });

  it("has its messages in the outbox: if one cannot be sent to the database, no commit follows", async () => {
    const unsendable: Record<string, never> = {};
    Object.defineProperty(unsendable, "toJSON", {
      value() {
        throw new Error("cannot be encoded");
      },
    });
    const failing = database.transaction(async (tx) => {
      await tx.sql.execute(sql`insert into things values ('half')`);
      tx.outbox.push(messageOf({ headers: unsendable }));
    });
    await assert.rejects(failing, /cannot be encoded/);
    assert.ok(!(await names()).includes("half"));
  });

  it("includes what was sent in it, and sends nothing after its end", async () => {
    let kept: Transaction | undefined;
    await database.transaction(async (tx) => {
      tx.send(sql`insert into things values ('sent')`);
      kept = tx;
    });
    assert.ok((await names()).includes("sent"));
    assert.throws(() => kept?.send(sql`select 1`), /used after its end/);
  });

  it("fails with the error of what was sent, and is rolled back", async () => {
    const failing = (statement: string, work: (tx: Transaction) => Promise<unknown>) =>
      database.transaction(async (tx) => {
        tx.send(sql.raw(statement));
        tx.send(sql`insert into things values ('after a failure')`);
        await work(tx);
      });
    await assert.rejects(
      failing("select 1 / 0", async () => {}),
      /division by zero/,
    );
    const awaited = (tx: Transaction) => tx.sql.execute(sql`insert into things values ('after a failure')`);
    await assert.rejects(failing("select 1 / 0", awaited), /division by zero/);
    await assert.rejects(
      failing("commit", async () => {}),
      /not allowed in a transaction/,
    );
    assert.ok(!(await names()).includes("after a failure"));
  });
});
