import assert from "node:assert/strict";
import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, it } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { eventually, RecordingLog, serverUrl, TcpProxy } from "@rabbit-contract/messaging/testing";
import { drizzle } from "drizzle-orm/node-postgres";
import pg from "pg";
import { applyMigrations } from "./migrate.ts";
import { openPool } from "./pool.ts";
import { testMigrations as folder, rowsOf, testDatabase } from "./testing/index.ts";

const log = new RecordingLog();

/** A copy of the folder with more migrations. */
async function withMigrations(...statements: string[]): Promise<string> {
  const copy = await mkdtemp(join(tmpdir(), "migrations-"));
  await cp(folder, copy, { recursive: true });
  const journalPath = join(copy, "meta/_journal.json");
  const journal: { entries: object[] } = JSON.parse(await readFile(journalPath, "utf8"));
  for (const [index, statement] of statements.entries()) {
    const tag = `more_${index}`;
    journal.entries.push({ tag, when: 9_000_000_000_000 + index, breakpoints: true });
    await writeFile(join(copy, `${tag}.sql`), statement);
  }
  await writeFile(journalPath, JSON.stringify(journal));
  return copy;
}

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

  it("let other statements pass while a transaction locks a table, and need only one connection", async () => {
    const testing = await testDatabase(folder);
    const serviceRole = decodeURIComponent(new URL(testing.url).username);
    await rowsOf(serverUrl("DATABASE_URL"), `alter role "${serviceRole}_migration" connection limit 1`);
    const [{ count: known } = assert.fail()] = await rowsOf<{ count: number }>(
      testing.url,
      "select count(*)::int from migrations",
    );
    const extended = await withMigrations(
      "alter table outbox add column colour text",
      "create table after_it (id int)",
      "select nonsense",
    );
    const holder = new pg.Client({ connectionString: testing.url });
    await holder.connect();
    const waiting = new RecordingLog();
    try {
      await holder.query("begin; select from outbox");
      const applied = applyMigrations({
        url: testing.migrationUrl,
        folder: extended,
        serviceRole,
        log: waiting,
      });
      applied.catch(() => {});
      await eventually(() => assert.ok(waiting.lines.length > 0), { timeout: 30_000 });
      await rowsOf(testing.url, "set statement_timeout = 10000; delete from outbox");
      await holder.query("rollback");
      await assert.rejects(applied, /nonsense/);
      // Each migration has a transaction of its own: those before the faulty one are kept.
      await rowsOf(testing.url, "select colour from outbox");
      const { length } = await rowsOf(testing.url, "select from migrations");
      assert.equal(length, known + 2);
    } finally {
      await holder.end();
      await rm(extended, { recursive: true });
      await testing.drop();
    }
  });

  it("fail when the connection has gone silent", async () => {
    const testing = await testDatabase();
    const proxy = await TcpProxy.start(testing.migrationUrl);
    proxy.fate = (sent) => (sent.includes("advisory") ? "half-open before" : undefined);
    const url = proxy.url(testing.migrationUrl);
    const serviceRole = decodeURIComponent(new URL(testing.url).username);
    try {
      const failed = assert.rejects(applyMigrations({ url, folder, serviceRole }), /timeout/);
      const given = delay(30_000, "still waiting", { ref: false });
      assert.equal(await Promise.race([failed, given]), undefined);
    } finally {
      await proxy.close();
      await testing.drop();
    }
  });
});
