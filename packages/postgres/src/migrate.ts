/** Database migrations: applied by a separate command, with a separate role, before a service starts. */
import type { Log } from "@rabbit-contract/messaging";
import { sql } from "drizzle-orm";
import { drizzle, type NodePgDatabase } from "drizzle-orm/node-postgres";
import { migrate } from "drizzle-orm/node-postgres/migrator";
import pg from "pg";
import { type DatabaseTls, databaseConnection } from "./pool.ts";

const bookkeeping = { migrationsSchema: "public", migrationsTable: "migrations" } as const;
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
}

/** Applies the missing migrations, one process at a time, and grants the service's role its rights. */
export async function applyMigrations(options: MigrationOptions): Promise<{ readonly version: number }> {
  return withClient(options, async (client) => {
    // Held by an open transaction: behind a pooler that shares connections by transaction, a lock of the session would
    // be that of others too. It ends with the connection even when this process dies.
    await client.query("begin; set local idle_in_transaction_session_timeout = 0");
    await client.query("select pg_advisory_xact_lock($1)", [lock]);
    return withClient(options, async (client) => {
      const database = drizzle({ client });
      await migrate(database, { migrationsFolder: options.folder, ...bookkeeping });
      await grant(client, options.serviceRole);
      return { version: await appliedMigrations(database) };
    });
  });
}

async function withClient<Result>(
  { url, tls }: MigrationOptions,
  work: (client: pg.Client) => Promise<Result>,
): Promise<Result> {
  const client = new pg.Client({ ...databaseConnection(url, tls), application_name: "migrate" });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

async function appliedMigrations(database: Pick<NodePgDatabase, "execute">): Promise<number> {
  const { rows } = await database.execute<{ count: string }>(sql`select count(*) from migrations`);
  return Number(rows[0]?.count ?? 0);
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

/** A service's migrate command: applies the migrations, or logs why it cannot and sets the exit code 1. */
export async function migrateDatabase(options: {
  /** Of the role that owns the tables. */
  readonly databaseUrl: string;
  readonly tls?: DatabaseTls | undefined;
  /**
   * Role that the service runs as.
   * @default the name of the role that owns the tables, without its suffix `_migration`
   */
  readonly serviceRole?: string | undefined;
  readonly folder: string;
  readonly log: Log;
}): Promise<void> {
  const { databaseUrl, tls, folder, log } = options;
  const owner = decodeURIComponent(new URL(databaseUrl).username);
  const serviceRole = options.serviceRole ?? owner.replace(/_migration$/, "");
  try {
    const { version } = await applyMigrations({ url: databaseUrl, folder, serviceRole, tls });
    log.info({ version, serviceRole }, "the database is migrated");
  } catch (error) {
    log.error({ err: error }, "the database could not be migrated");
    process.exitCode = 1;
  }
}
