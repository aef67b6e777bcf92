/** Behind PgBouncer in transaction mode, where nothing may depend on a database session. */
import assert from "node:assert/strict";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { startPgbouncer, stopPgbouncer } from "@orders/stack/servers";
import { eventually, RecordingLog, serverUrl } from "@rabbit-contract/messaging/testing";
import { createDatabase, openPool } from "@rabbit-contract/postgres";
import { applyMigrations } from "@rabbit-contract/postgres/migrate";
import { type TestDatabase, testDatabase, testMigrations } from "@rabbit-contract/postgres/testing";
import type pg from "pg";

const log = new RecordingLog();
const directory = mkdtempSync(join(tmpdir(), "pooler-"));
const statementTimeout = 5_000;

describe("behind a pooler in transaction mode", () => {
  let testing: TestDatabase;
  let pool: pg.Pool;
  let through: (url: string) => string;
  const start = () => startPgbouncer({ directory, databaseUrl: serverUrl("DATABASE_URL") });

  before(async () => {
    const { port } = new URL((await start()).databaseUrl);
    through = (url) => {
      const result = new URL(url);
      result.port = port;
      return result.href;
    };
    testing = await testDatabase();
    pool = openPool({
      url: through(testing.url),
      applicationName: "pooler",
      log,
      statementTimeout,
      pooler: "transaction",
    });
  });
  after(async () => {
    await pool?.end();
    await stopPgbouncer(directory, { purge: true });
    await testing?.drop();
  });

  it("migrations are applied by one process at a time", async () => {
    const options = {
      url: through(testing.migrationUrl),
      folder: testMigrations,
      serviceRole: decodeURIComponent(new URL(testing.url).username),
    };
    const versions = await Promise.all([1, 2, 3].map(() => applyMigrations(options)));
    assert.equal(new Set(versions.map(({ version }) => version)).size, 1);
  });

  it("transactions and single statements run concurrently, each with its limits", async () => {
    const database = createDatabase(pool, { log });
    const limit = "select current_setting('statement_timeout') as time, 1 as number";
    const worker = async () => {
      for (let number = 0; number < 20; number++) {
        const { rows } =
          number % 2 === 0
            ? await database.sql.execute(limit)
            : await database.transaction(async (tx) => {
                await tx.sql.execute(`select ${number}`);
                return tx.sql.execute(limit);
              });
        assert.deepEqual(rows, [{ time: "5s", number: 1 }]);
      }
    };
    // One for each connection of the pool: none waits until one is free.
    await Promise.all(Array.from({ length: 10 }, worker));
    await assert.rejects(database.sql.execute("select pg_sleep(60)"), /pg_sleep/);
    await assert.rejects(database.sql.execute("select nonsense"), /nonsense/);
    await database.sql.execute(limit);
  });

  it("work continues after the pooler is restarted", async () => {
    const database = createDatabase(pool, { log });
    const cut = database.transaction(async (tx) => {
      await tx.sql.execute("select 1");
      await stopPgbouncer(directory);
      await tx.sql.execute("select 1");
    });
    await assert.rejects(cut);
    await start();
    await eventually(() => database.transaction((tx) => tx.sql.execute("select 1")));
    await eventually(() => database.sql.execute("select 1"));
  });
});
