import { randomBytes } from "node:crypto";
import { fileURLToPath } from "node:url";
import { RecordingLog, serverUrl, uniqueName } from "@rabbit-contract/messaging/testing";
import pg from "pg";
import { applyMigrations } from "../migrate.ts";
import { openPool, type PoolOptions } from "../pool.ts";
import { asAdministrator, createServiceDatabase, dropServiceDatabase, withClient } from "../provision.ts";
import { createDatabase } from "../transaction.ts";

export { asDatabaseError } from "../database-errors.ts";
export type { FaultPoint } from "../fault-points.ts";
export { killingId, throwingId } from "./fault-points.ts";
export { deliveryOf, publisherWith, type SentMessage, takeSent } from "./messages.ts";

export interface TestDatabase {
  /** Of the role that a service runs as; it has no rights on tables until a migration grants them. */
  readonly url: string;
  /** Of the role that owns the tables. */
  readonly migrationUrl: string;
  /** Drops the database and its roles, and ends open sessions. */
  drop(): Promise<void>;
}

/** Migrations with the tables of this package, and no others. */
export const testMigrations = fileURLToPath(new URL("./migrations", import.meta.url).href);

/**
 * A new database on the server of DATABASE_URL.
 * @param migrations folder that drizzle-kit wrote; without it the database has no tables
 */
export async function testDatabase(migrations?: string): Promise<TestDatabase> {
  const adminUrl = serverUrl("DATABASE_URL");
  const name = uniqueName();
  const passwords = { running: randomBytes(12).toString("hex"), migration: randomBytes(12).toString("hex") };
  await copyEmptyDatabase(adminUrl, name);
  const { databaseUrl, migrationDatabaseUrl } = await createServiceDatabase({ adminUrl, name, passwords });
  const drop = () => dropServiceDatabase({ adminUrl, name });
  try {
    if (migrations !== undefined) {
      await applyMigrations({ url: migrationDatabaseUrl, folder: migrations, serviceRole: name });
    }
  } catch (error) {
    await drop();
    throw error;
  }
  return { url: databaseUrl, migrationUrl: migrationDatabaseUrl, drop };
}

export type OpenTestDatabase = Awaited<ReturnType<typeof openTestDatabase>>;

/** A new database with a pool of connections to it, and transactions without a relay. */
export async function openTestDatabase(migrations = testMigrations, options: Partial<PoolOptions> = {}) {
  const testing = await testDatabase(migrations);
  const log = options.log ?? new RecordingLog();
  const pool: pg.Pool = openPool({ url: testing.url, applicationName: "test", ...options, log });
  return {
    ...testing,
    pool,
    database: createDatabase(pool, { log }),
    async close() {
      await pool.end();
      await testing.drop();
    },
  };
}

/**
 * Creates the database that `createServiceDatabase` then finds, for a quarter of the processor time: copies the files of
 * an empty one, instead of writing its pages to the log. That makes the server write a checkpoint, which only a server
 * for tests should do so often.
 */
export async function copyEmptyDatabase(adminUrl: string, name: string): Promise<void> {
  const [database, owner] = [name, `${name}_migration`].map((one) => pg.escapeIdentifier(one));
  await asAdministrator(adminUrl, async (client) => {
    await client.query(`create role ${owner}; grant ${owner} to current_user`);
    await client.query(`create database ${database} owner ${owner} template template0 strategy file_copy`);
  });
}

/** The rows that a statement returns, on a connection of its own. */
export async function rowsOf<Row extends pg.QueryResultRow>(url: string, statement: string): Promise<Row[]> {
  return withClient(url, async (client) => (await client.query<Row>(statement)).rows);
}
