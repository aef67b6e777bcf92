import assert from "node:assert/strict";
import { once } from "node:events";
import { after, before, describe, it } from "node:test";
import { eventually, RecordingLog } from "@rabbit-contract/messaging/testing";
import { sql } from "drizzle-orm";
import { databaseFaultOf } from "./database-errors.ts";
import { createDatabases, openPools, type Pools } from "./pools.ts";
import { type TestDatabase, testDatabase, testMigrations } from "./testing/index.ts";

const log = new RecordingLog();
const share = { connections: 2, statementTimeout: 20_000 };

describe("the shares of a service's connections", () => {
  let testing: TestDatabase;
  let pools: Pools;

  before(async () => {
    testing = await testDatabase(testMigrations);
    pools = openPools({
      url: testing.url,
      applicationName: "pools-test",
      log,
      shares: { requests: share, messaging: share, operators: { connections: 1, statementTimeout: 500 } },
    });
  });
  after(async () => {
    await pools.close();
    await testing.drop();
  });

  it("are not used up by slow statements of another share", async () => {
    const { requests, messaging, operators, health } = createDatabases(pools, { log });
    const end = Promise.withResolvers<void>();
    let holding = 0;
    const slow = Array.from({ length: share.connections }, () =>
      requests.transaction(async (tx) => {
        await tx.sql.execute(sql`select 1`);
        holding++;
        await end.promise;
      }),
    );
    const settled = Promise.allSettled(slow);
    try {
      await eventually(() => assert.equal(holding, share.connections));
      await messaging.transaction((tx) => tx.sql.execute(sql`select 1`));
      await operators.sql.execute(sql`select 1`);
      await health.ping();
    } finally {
      end.resolve();
      await settled;
    }
  });

  it("answer a ping while another readiness query waits for a lock", async () => {
    const { requests, health } = createDatabases(pools, { log });
    await requests.transaction(async (tx) => {
      await tx.sql.execute(sql`lock table outbox`);
      // The query waits for two seconds, within which a busy machine may not answer the ping.
      await eventually(async () => {
        const acquired = once(pools.health, "acquire");
        let waits = true;
        const waiting = assert.rejects(health.sql.execute(sql`select from outbox`)).finally(() => {
          waits = false;
        });
        await acquired;
        try {
          await health.ping();
          assert.equal(waits, true, "the ping waited for the other query");
        } finally {
          await waiting;
        }
      });
    });
  });

  it("have separate statement timeouts", async () => {
    const { requests, operators } = createDatabases(pools, { log });
    await requests.sql.execute(sql`select pg_sleep(0.7)`);
    // A machine that pauses may read the answer too late.
    await eventually(() =>
      assert.rejects(
        operators.sql.execute(sql`select pg_sleep(10)`),
        (error) => assert.equal(databaseFaultOf(error), "suspect") === undefined,
      ),
    );
  });
});
