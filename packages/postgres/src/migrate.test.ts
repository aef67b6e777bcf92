import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { RecordingLog } from "@rabbit-contract/messaging/testing";
import { drizzle } from "drizzle-orm/node-postgres";
import { applyMigrations } from "./migrate.ts";
import { openPool } from "./pool.ts";
import { testDatabase } from "./testing/index.ts";

const log = new RecordingLog();
const folder = fileURLToPath(new URL("./testing/migrations", import.meta.url).href);

describe("migrations", () => {
  it("are applied once when several processes start at the same time, and give the service's role rights on rows only", async () => {
    const testing = await testDatabase();
    const pool = openPool({ url: testing.url, applicationName: "migrate-test", log });
    const database = drizzle({ client: pool });
    try {
      const serviceRole = decodeURIComponent(new URL(testing.url).username);
      const applied = await Promise.all(
        Array.from({ length: 3 }, () => applyMigrations({ url: testing.migrationUrl, folder, serviceRole })),
      );
      assert.equal(new Set(applied.map(({ version }) => version)).size, 1);
      await database.execute("select count(*) from outbox");
      for (const forbidden of ["drop table outbox", "create table mine (id int)", "delete from migrations"]) {
        await assert.rejects(database.execute(forbidden), (error: Error) => {
          assert.match(String(error.cause), /permission denied|must be owner/, forbidden);
          return true;
        });
      }
    } finally {
      await pool.end();
      await testing.drop();
    }
  });
});
