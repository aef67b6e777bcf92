/** Database migrations: applied by a separate command, with a separate role, before a service starts. */
import { type Log, pause } from "@rabbit-contract/messaging";
import { type MigrationMeta, readMigrationFiles } from "drizzle-orm/migrator";
import pg from "pg";
import { Connection } from "./connection.ts";
import { type DatabaseTls, databaseConnection } from "./pool.ts";

/** The table that drizzle's own `migrate` uses. */
const bookkeeping =
  "create table if not exists migrations (id serial primary key, hash text not null, created_at bigint)";

/** Milliseconds for the connection to be opened. */
const connectTimeout = 3_000;
/** Milliseconds that a statement waits for a lock. */
const lockTimeout = 3_000;
/** Milliseconds for a statement other than a migration's. */
const answerTimeout = lockTimeout + 2_000;
/** Milliseconds for a statement of a migration: it may build an index of a large table. */
const migrationTimeout = 3_600_000;
/** Milliseconds for which locks are tried; another process's migration may take long. */
const patience = 600_000;

type Timed = pg.QueryConfig & { readonly query_timeout: number };

/** Any number, as long as every migration takes the same advisory lock. */
const lock = 7_201_953;

export interface MigrationOptions {
  /** Connects as the role that owns the tables. */
  readonly url: string;
  readonly tls?: DatabaseTls | undefined;
  /** Folder that drizzle-kit wrote. */
  readonly folder: string;
  /** The role that the service runs as: it may read and write rows, and nothing else. */
  readonly serviceRole: string;
  /** Reports what the migrations wait for. */
  readonly log?: Log | undefined;
}

/**
 * Applies the missing migrations, one process at a time and each in a transaction of its own, and grants the service's
 * role its rights. Uses one connection, so a pooler needs no more.
 */
export async function applyMigrations(options: MigrationOptions): Promise<{ readonly version: number }> {
  const { url, tls, folder, serviceRole, log } = options;
  const client = new Connection({
    ...databaseConnection(url, tls),
    application_name: "migrate",
    connectionTimeoutMillis: connectTimeout,
    query_timeout: answerTimeout,
    keepAlive: true,
  });
  // Its queries fail as well.
  client.on("error", () => {});
  try {
    await client.connect();
    await locked(client, log, () => client.query(bookkeeping));
    // Unlike drizzle's `migrate`, not all in one transaction: the locks of one would be held while the next builds an
    // index.
    for (const migration of readMigrationFiles({ migrationsFolder: folder }))
      await locked(client, log, () => apply(client, migration));
    await locked(client, log, () => grant(client, serviceRole));
    const { rows } = await client.query<{ count: string }>("select count(*) from migrations");
    return { version: Number(rows[0]?.count ?? 0) };
  } finally {
    await client.end();
  }
}

async function apply(client: pg.Client, { sql, hash, folderMillis }: MigrationMeta): Promise<void> {
  const { rows } = await client.query("select from migrations where created_at >= $1 limit 1", [
    folderMillis,
  ]);
  if (rows.length > 0) return;
  for (const text of sql) {
    const statement: Timed = { text, query_timeout: migrationTimeout };
    await client.query(statement);
  }
  await client.query("insert into migrations (hash, created_at) values ($1, $2)", [hash, folderMillis]);
}

/**
 * Runs `work` in a transaction, while no other process migrates. It waits only briefly for each lock, since everything
 * else that needs the table waits behind it; then it rolls back, lets the others pass and tries again.
 */
async function locked(client: pg.Client, log: Log | undefined, work: () => Promise<unknown>): Promise<void> {
  const deadline = Date.now() + patience;
  for (;;) {
    try {
      // The lock belongs to the transaction: behind a pooler that shares connections by transaction, other clients
      // would share a session's. It ends with the connection even when this process dies.
      await client.query(`begin; set local lock_timeout = ${lockTimeout}`);
      await client.query("select pg_advisory_xact_lock($1)", [lock]);
      await work();
      await client.query("commit");
      return;
    } catch (error) {
      if (!isLockTimeout(error) || Date.now() > deadline) throw error; // the connection's end rolls back
      log?.info({ err: error }, "migrations wait for a lock that another migration or transaction holds");
      await client.query("rollback");
      await pause(1_000);
    }
  }
}

function isLockTimeout(error: unknown): boolean {
  return error instanceof pg.DatabaseError && error.code === "55P03";
}

async function grant(client: pg.Client, role: string): Promise<void> {
  const { rows } = await client.query<{ owner: string }>("select current_user as owner");
  if (rows[0]?.owner === role) return;
  const name = pg.escapeIdentifier(role);
  await client.query(`
    grant usage on schema public to ${name};
    grant select, insert, update, delete on all tables in schema public to ${name};
    grant usage on all sequences in schema public to ${name};
    revoke insert, update, delete on migrations from ${name};`);
}
