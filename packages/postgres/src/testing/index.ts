import { randomBytes } from "node:crypto";
import { fileURLToPath } from "node:url";
import { changedUrl, RecordingLog, serverUrl, uniqueName } from "@rabbit-contract/messaging/testing";
import pg from "pg";
import { applyMigrations } from "../migrate.ts";
import { openPool, type PoolOptions } from "../pool.ts";
import { createServiceDatabase, dropServiceDatabase, withClient } from "../provision.ts";
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
  await asAdministrator(adminUrl, async (administrator) => {
    await copyEmptyDatabase(administrator, name);
    await createServiceDatabase(administrator, { name, passwords });
  });
  const urlFor = (user: string, password: string) => changedUrl(adminUrl, { path: name, user, password });
  const migrationUrl = urlFor(`${name}_migration`, passwords.migration);
  const drop = () => asAdministrator(adminUrl, (administrator) => dropServiceDatabase(administrator, name));
  try {
    if (migrations !== undefined)
      await applyMigrations({ url: migrationUrl, folder: migrations, serviceRole: name });
  } catch (error) {
    await drop();
    throw error;
  }
  return { url: urlFor(name, passwords.running), migrationUrl, drop };
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
export async function copyEmptyDatabase(administrator: pg.ClientBase, name: string): Promise<void> {
  const [database, owner] = [name, `${name}_migration`].map((one) => pg.escapeIdentifier(one));
  await administrator.query(`create role ${owner}; grant ${owner} to current_user`);
  await administrator.query(
    `create database ${database} owner ${owner} template template0 strategy file_copy`,
  );
}

const administrators = new Map<string, pg.Pool>();

/**
 * On one connection for all that the tests of a process create and drop, since opening one costs the server more than
 * most of their statements. It does not keep the process from ending.
 */
async function asAdministrator(
  connectionString: string,
  work: (administrator: pg.ClientBase) => Promise<void>,
): Promise<void> {
  let pool = administrators.get(connectionString);
  if (!pool) {
    pool = new pg.Pool({ connectionString, max: 1, connectionTimeoutMillis: 30_000, allowExitOnIdle: true });
    // It has closed an idle connection, and opens another one when needed.
    pool.on("error", () => {});
    administrators.set(connectionString, pool);
  }
  const client = await pool.connect();
  try {
    await work(client);
    client.release();
  } catch (error) {
    client.release(true);
    throw error;
  }
}

/** The rows that a statement returns, on a connection of its own. */
export async function rowsOf<Row extends pg.QueryResultRow>(url: string, statement: string): Promise<Row[]> {
  return withClient(url, async (client) => (await client.query<Row>(statement)).rows);
}
