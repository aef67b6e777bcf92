import assert from "node:assert/strict";
import { after, before, beforeEach, describe, it } from "node:test";
import { RecordingLog } from "@rabbit-contract/messaging/testing";
import { sql } from "drizzle-orm";
import { openPool } from "../pool.ts";
import { type TestDatabase, testDatabase, testMigrations } from "../testing/index.ts";
import { createDatabase, type Database } from "../transaction.ts";
import { answerOnce, hashOf, IdempotencyKeys, type IdempotentRequest, KeyReused } from "./keys.ts";
import { idempotencyKeys } from "./table.ts";

const keys = new IdempotencyKeys<{ n: number }>(idempotencyKeys);
const request = (key: string, content: object = {}, owner = "ada"): IdempotentRequest => ({
  owner,
  key,
  hash: hashOf(content),
});

describe("a request with an idempotency key", () => {
  let testing: TestDatabase;
  /** Of two processes. */
  let databases: [Database, Database];
  let done = 0;

  before(async () => {
    testing = await testDatabase(testMigrations);
    const log = new RecordingLog();
    const open = () =>
      createDatabase(openPool({ url: testing.url, applicationName: "test", log, poolSize: 4 }), { log });
    databases = [open(), open()];
  });
  beforeEach(async () => {
    done = 0;
    await databases[0].sql.execute(sql`delete from idempotency_keys`);
  });
  after(async () => {
    for (const database of databases) await database.close();
    await testing.drop();
  });

  const send = (given: IdempotentRequest | undefined, work = async () => ({ n: ++done }), process = 0) =>
    (databases[process] ?? databases[0]).transaction((tx) =>
      answerOnce(tx, keys, given, async () => ({ status: 201, answer: await work() })),
    );

  it("is carried out once, and answered in the same way each time", async () => {
    const first = await send(request("k"));
    assert.deepEqual(first, { status: 201, answer: { n: 1 } });
    assert.deepEqual(await send(request("k")), first);
    assert.equal(done, 1);
  });

  it("is carried out each time without a key", async () => {
    assert.deepEqual([(await send(undefined)).answer.n, (await send(undefined)).answer.n], [1, 2]);
  });

  it("is carried out once by two processes at the same time, which give the same answer", async () => {
    const slowly = async () => {
      await new Promise((resolve) => setTimeout(resolve, 50));
      return { n: ++done };
    };
    const answers = await Promise.all(
      Array.from({ length: 8 }, (_, index) => send(request("k"), slowly, index % 2)),
    );
    assert.deepEqual(
      answers.map(({ answer }) => answer.n),
      Array.from({ length: 8 }, () => 1),
    );
  });

  it("is refused if the key was used for another request, but may use the same key as another owner", async () => {
    await send(request("k", { a: 1 }));
    await assert.rejects(send(request("k", { a: 2 })), KeyReused);
    await send(request("k", { a: 2 }, "bob"));
    assert.equal(done, 2);
  });

  it("frees the key for the next request if it fails, even for one that waits for it", async () => {
    const failing = async () => {
      await new Promise((resolve) => setTimeout(resolve, 50));
      throw new RangeError("refused");
    };
    const [first, second] = await Promise.allSettled([
      send(request("k"), failing),
      send(request("k"), undefined, 1),
    ]);
    const outcomes = [first.status, second.status].sort();
    // Whichever comes first: the failing one alone, or behind the other one, whose answer it then gets.
    assert.ok(second.status === "fulfilled", JSON.stringify(outcomes));
    assert.equal(done, 1);
    assert.deepEqual(await send(request("k")), { status: 201, answer: { n: 1 } });
  });

  it("claims the keys of a whole batch with one statement, each for its first request", async () => {
    const batch = [request("a"), request("b"), request("a"), request("a", {}, "bob")];
    const [database] = databases;
    await database.transaction(async (tx) => {
      const won = await keys.claim(tx, batch, 202);
      assert.deepEqual(
        batch.map((one) => won.has(one)),
        [true, true, false, true],
      );
      assert.equal((await keys.claim(tx, batch, 202)).size, 0);
      await keys.release(tx, batch.slice(1, 2));
      assert.deepEqual([...(await keys.claim(tx, batch, 202)).keys()], batch.slice(1, 2));
      assert.equal((await keys.find(tx, batch)).size, 4);
    });
  });

  it("is carried out again once its key has expired", async () => {
    for (const key of ["old", "young"]) await send(request(key));
    const [{ sql: executor }] = databases;
    await executor.execute(
      sql`update idempotency_keys set created_at = now() - interval '25 hours' where key = 'old'`,
    );
    assert.equal(await keys.forget(86_400_000).run(executor, 10), 1);
    assert.equal((await send(request("young"))).answer.n, 2);
    assert.equal((await send(request("old"))).answer.n, 3);
  });
});
