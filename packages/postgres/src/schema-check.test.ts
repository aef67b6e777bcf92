import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { eventually, RecordingLog, TcpProxy } from "@rabbit-contract/messaging/testing";
import { databaseFaultOf } from "./database-errors.ts";
import { applyMigrations } from "./migrate.ts";
import { openPool } from "./pool.ts";
import { SchemaCheck } from "./schema-check.ts";
import { testDatabase, testMigrations } from "./testing/index.ts";
import { createDatabase } from "./transaction.ts";

async function withDatabase(use: (given: Awaited<ReturnType<typeof prepare>>) => Promise<void>) {
  const given = await prepare();
  try {
    await use(given);
  } finally {
    given.check.stop();
    await given.database.close();
    await given.proxy.close();
    await given.testing.drop();
  }
}

/** A database without tables behind a proxy, and a pool that waits for the check. */
async function prepare() {
  const log = new RecordingLog();
  const testing = await testDatabase();
  const proxy = await TcpProxy.start(testing.url);
  const options = { url: proxy.url(testing.url), applicationName: "schema-test", log };
  const check = new SchemaCheck({ ...options, folder: testMigrations });
  const pool = openPool(options);
  check.guard(pool);
  let passed = false;
  void check.passed.then(() => {
    passed = true;
  });
  const migrate = () => {
    const serviceRole = decodeURIComponent(new URL(testing.url).username);
    return applyMigrations({ url: testing.migrationUrl, folder: testMigrations, serviceRole });
  };
  return {
    log,
    testing,
    proxy,
    check,
    migrate,
    database: createDatabase(pool, { log }),
    passed: () => passed,
  };
}

describe("the check of the schema", () => {
  it("refuses every use of a database that lacks a migration, names both versions, and passes once it is migrated", () =>
    withDatabase(async ({ check, database, log, migrate, passed }) => {
      await check.start();
      for (const use of [
        database.ping(),
        database.sql.execute("select 1"),
        database.transaction(async () => {}),
      ]) {
        await assert.rejects(use, (error) => {
          assert.equal(databaseFaultOf(error), "configuration");
          const { message, cause } = error instanceof Error ? error : assert.fail();
          assert.match(
            `${message} ${cause}`,
            /at migration 0, this build needs \d+: run the service's migrate/,
          );
          return true;
        });
      }
      assert.equal(passed(), false);
      assert.equal(log.matching(/the database cannot be used/).length, 1);
      await migrate();
      await check.passed;
      await database.transaction(({ sql }) => sql.execute("select count(*) from outbox"));
    }));

  it("continues while the database is down, and refuses it when it comes back without the migration", () =>
    withDatabase(async ({ check, database, proxy, migrate, passed }) => {
      proxy.refusing = true;
      await check.start();
      await assert.rejects(database.ping(), (error) => databaseFaultOf(error) === "unavailable");
      proxy.refusing = false;
      await eventually(() =>
        assert.rejects(database.ping(), (error) => databaseFaultOf(error) === "configuration"),
      );
      assert.equal(passed(), false);
      await migrate();
      await check.passed;
      await database.ping();
    }));
});
