import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import type { Inbox } from "@rabbit-contract/messaging";
import { sql } from "drizzle-orm";
import { type OpenTestDatabase, openTestDatabase } from "../testing/index.ts";
import type { Transaction } from "../transaction.ts";
import { createInbox } from "./inbox.ts";

const first = "019a4f2e-7b10-7c3a-9d51-3f2a6b8c1d01";
const second = "019a4f2e-7b10-7c3a-9d51-3f2a6b8c1d02";

describe("the inbox", () => {
  let testing: OpenTestDatabase;
  let inbox: Inbox<Transaction>;

  before(async () => {
    testing = await openTestDatabase();
    inbox = createInbox(testing.database);
  });

  after(() => testing.close());

  it("accepts a message once in each queue", async () => {
    const claim = (queue: string, ids: string[]) => inbox.transaction((tx) => inbox.claim(tx, queue, ids));
    assert.deepEqual(await claim("once", [first]), new Set([first]));
    assert.deepEqual(await claim("once", [first, second]), new Set([second]));
    assert.deepEqual(await claim("another", [first]), new Set([first]));
  });

  it("claims new messages without waiting, and fails the transaction if one of them is not new", async () => {
    const claimNew = (ids: string[], work: (tx: Transaction) => Promise<unknown> = async () => {}) =>
      inbox.transaction(async (tx) => {
        inbox.claimNew(tx, "new", ids);
        await work(tx);
      });
    await claimNew([first]);
    assert.deepEqual(await inbox.transaction((tx) => inbox.claim(tx, "new", [first])), new Set());
    await assert.rejects(claimNew([first, second]), inbox.isRepetition);
    // A statement after it fails only because of it.
    const statement = (tx: Transaction) => tx.sql.execute(sql`select 1`);
    await assert.rejects(claimNew([first, second], statement), inbox.isRepetition);
    // The handler may fail because of what its first run has left.
    const objecting = async () => {
      throw new Error("it is there already");
    };
    await assert.rejects(claimNew([first], objecting), inbox.isRepetition);
    await assert.rejects(claimNew([second], objecting), (error) => !inbox.isRepetition(error));
    assert.deepEqual(await inbox.transaction((tx) => inbox.claim(tx, "new", [second])), new Set([second]));
  });

  it("forgets a claim with the transaction that made it", async () => {
    const failing = inbox.transaction(async (tx) => {
      await inbox.claim(tx, "rolled-back", [first]);
      throw new Error("the handler failed");
    });
    await assert.rejects(failing, /the handler failed/);
    assert.deepEqual(
      await inbox.transaction((tx) => inbox.claim(tx, "rolled-back", [first])),
      new Set([first]),
    );
  });

  it("releases the claim of a message that will be retried", async () => {
    await inbox.transaction(async (tx) => {
      await inbox.claim(tx, "unclaimed", [first, second]);
      await inbox.unclaim(tx, "unclaimed", [second]);
    });
    const claimed = await inbox.transaction((tx) => inbox.claim(tx, "unclaimed", [first, second]));
    assert.deepEqual(claimed, new Set([second]));
  });

  it("accepts one of many concurrent claims of a message", async () => {
    const claims = Array.from({ length: 10 }, () =>
      inbox.transaction((tx) => inbox.claim(tx, "concurrent", [second, first])),
    );
    const claimed = (await Promise.all(claims)).flatMap((ids) => [...ids]).sort();
    assert.deepEqual(claimed, [first, second]);
  });

  it("counts each start that never finished once, however often it is recorded", async () => {
    const unfinished = () => inbox.unfinishedStarts("starts", [first, second]);
    assert.deepEqual(await unfinished(), new Map());
    for (let time = 0; time < 3; time++) await inbox.recordStarts("starts", [first, second], 1);
    for (let time = 0; time < 3; time++) await inbox.recordStarts("starts", [first], 2);
    await inbox.recordStarts("starts", [first], 1);
    assert.deepEqual(
      await unfinished(),
      new Map([
        [first, 2],
        [second, 1],
      ]),
    );
    await inbox.transaction((tx) => inbox.clearStarts(tx, "starts", [first]));
    assert.deepEqual(await unfinished(), new Map([[second, 1]]));
  });
});
