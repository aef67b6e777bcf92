/** Creates databases and roles of services, as an administrator. */
import pg from "pg";

export interface ServiceDatabase {
  /** Of the role that the service runs as; migrations grant it rights on rows, and it cannot create tables. */
  readonly databaseUrl: string;
  /** Of the role that owns the tables. */
  readonly migrationDatabaseUrl: string;
}

export interface ServicePasswords {
  /** Of the role that the service runs as. */
  readonly running: string;
  /** Of the role that owns the tables. */
  readonly migration: string;
}

export interface DatabaseOptions {
  /** Of a superuser, or of a role that may create databases and roles. */
  readonly adminUrl: string;
  /** Name of the database and of the role that the service runs as; the owner's has the suffix `_migration`. */
  readonly name: string;
  /** Of the two roles; set again each time. */
  readonly passwords: ServicePasswords;
}

/** Creates the database and its two roles where they are missing. Safe to repeat: the content is kept. */
export async function createServiceDatabase(options: DatabaseOptions): Promise<ServiceDatabase> {
  const { adminUrl, name, passwords } = options;
  const owner = `${name}_migration`;
  await asAdministrator(adminUrl, async (client) => {
    await createRole(client, name, passwords.running);
    await createRole(client, owner, passwords.migration);
    // An administrator without superuser rights needs this to set the owner, and to drop the database in the end.
    const { rows } = await client.query("select rolsuper from pg_roles where rolname = current_user");
    if (rows[0]?.rolsuper !== true) await client.query(`grant ${id(name)}, ${id(owner)} to current_user`);
    const known = await client.query("select from pg_database where datname = $1", [name]);
    // From template0, since template1 cannot be copied while it has connections.
    if (known.rowCount === 0)
      await client.query(`create database ${id(name)} owner ${id(owner)} template template0`);
    await client.query(`revoke all on database ${id(name)} from public`);
    await client.query(`grant connect on database ${id(name)} to ${id(name)}`);
  });
  return {
    databaseUrl: urlOf(adminUrl, name, name, passwords.running),
    migrationDatabaseUrl: urlOf(adminUrl, name, owner, passwords.migration),
  };
}

/** Lets only superusers connect to the server's initial databases. For a server that is used for nothing else. */
export async function closeCommonDatabases(adminUrl: string): Promise<void> {
  await asAdministrator(adminUrl, async (client) => {
    await client.query("revoke all on database postgres, template1 from public");
  });
}

/** Drops the database, ending its sessions, and its two roles. Does nothing where they do not exist. */
export async function dropServiceDatabase(
  options: Pick<DatabaseOptions, "adminUrl" | "name">,
): Promise<void> {
  const { adminUrl, name } = options;
  await asAdministrator(adminUrl, async (client) => {
    await client.query(`drop database if exists ${id(name)} with (force)`);
    await client.query(`drop role if exists ${id(name)}, ${id(`${name}_migration`)}`);
  });
}

async function createRole(client: pg.ClientBase, role: string, password: string): Promise<void> {
  const known = await client.query("select from pg_roles where rolname = $1", [role]);
  const verb = known.rowCount === 0 ? "create" : "alter";
  await client.query(`${verb} role ${id(role)} login password ${client.escapeLiteral(password)}`);
}

function urlOf(adminUrl: string, database: string, role: string, password: string): string {
  const url = new URL(adminUrl);
  url.pathname = `/${encodeURIComponent(database)}`;
  url.username = encodeURIComponent(role);
  url.password = encodeURIComponent(password);
  return url.href;
}

const id = (name: string) => `"${name.replaceAll('"', '""')}"`;

/** Does `work` on a connection of its own. */
export async function withClient<Result>(
  connectionString: string,
  work: (client: pg.Client) => Promise<Result>,
): Promise<Result> {
  const client = new pg.Client({ connectionString, connectionTimeoutMillis: 10_000 });
  try {
    await client.connect();
    return await work(client);
  } finally {
    await client.end();
  }
}

const administrators = new Map<string, pg.Pool>();

/** On one connection for all that a process creates and drops; it does not keep the process from ending. */
export async function asAdministrator(
  connectionString: string,
  work: (client: pg.ClientBase) => Promise<void>,
): Promise<void> {
  const known = administrators.get(connectionString);
  const pool =
    known ??
    new pg.Pool({ connectionString, max: 1, connectionTimeoutMillis: 30_000, allowExitOnIdle: true });
  if (!known) {
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
