import assert from "node:assert/strict";
import { after, before, beforeEach, describe, it } from "node:test";
import { RecordingLog } from "@rabbit-contract/messaging/testing";
import { openPool } from "../pool.ts";
import { type TestDatabase, testDatabase, testMigrations } from "../testing/index.ts";
import { createDatabase, type Database } from "../transaction.ts";
import { addSpendings, forgetSpendings } from "./rate-limits.ts";

describe("the spending of clients", () => {
  let testing: TestDatabase;
  /** Of two processes. */
  let one: Database;
  let other: Database;

  before(async () => {
    testing = await testDatabase(testMigrations);
    const log = new RecordingLog();
    const open = () =>
      createDatabase(openPool({ url: testing.url, applicationName: "test", log, poolSize: 2 }), { log });
    [one, other] = [open(), open()];
  });
  beforeEach(() => one.sql.execute("delete from rate_limits"));
  after(async () => {
    await one.close();
    await other.close();
    await testing.drop();
  });

  /** @returns seconds that `client` owes, rounded up to tens: a slow machine takes seconds as well */
  async function add(database: Database, client: string, seconds: number, period = 0): Promise<number> {
    const owed = await addSpendings(database, [{ client, spent: seconds * 1000 }], period * 1000);
    return Math.ceil((owed.get(client) ?? Number.NaN) / 10_000) * 10;
  }

  it("is added up across processes, for each client separately", async () => {
    assert.equal(await add(one, "ada", 10), 10);
    assert.equal(await add(other, "ada", 30), 40);
    assert.equal(await add(other, "bob", 20), 20);
    assert.equal(await add(one, "ada", 0), 40);
  });

  it("is paid off as time passes, even while it is being spent", async () => {
    assert.equal(await add(one, "ada", 20, 10), 10);
    await one.sql.execute(`update rate_limits set paid_until = paid_until - interval '20 seconds'`);
    assert.equal(await add(one, "ada", 20), 20);
    assert.ok((await add(one, "bob", 20, 20)) <= 0);
  });

  it("is never more than a minute's worth, even when the clock goes back", async () => {
    assert.equal(await add(one, "ada", 40), 40);
    assert.equal(await add(other, "ada", 40), 60);
    await one.sql.execute(`update rate_limits set paid_until = paid_until + interval '1 hour'`);
    assert.equal(await add(one, "ada", 0), 60);
  });

  it("is counted once for each entry of a client in one statement", async () => {
    const entry = { client: "ada", spent: 10_000 };
    await addSpendings(one, [entry, entry], 0);
    assert.equal(await add(one, "ada", 0), 20);
    assert.equal((await addSpendings(one, [], 0)).size, 0);
  });

  it("is added by two processes at once in any order, without a deadlock", async () => {
    const clients = Array.from({ length: 200 }, (_, index) => ({ client: `c-${index}`, spent: 4_000 }));
    const rounds = Array.from({ length: 5 }, () => [
      addSpendings(one, clients, 0),
      addSpendings(other, clients.toReversed(), 0),
    ]);
    await Promise.all(rounds.flat());
    assert.equal(await add(one, "c-7", 0), 40);
  });

  it("is forgotten once it is paid off, and not before", async () => {
    await add(one, "ada", 30);
    await add(one, "bob", 30, 31);
    assert.equal(await forgetSpendings.run(one.sql, 10), 1);
    assert.equal(await forgetSpendings.run(one.sql, 10), 0);
    assert.equal(await add(one, "ada", 0), 30);
  });
});
