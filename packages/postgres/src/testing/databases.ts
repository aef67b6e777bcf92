import { changedUrl } from "@rabbit-contract/messaging/testing/urls";
import { Client } from "pg";

export interface ServiceDatabase {
  /** Of the role that runs the service; the migration gives it its rights on the tables, and it can make none. */
  readonly databaseUrl: string;
  /** Of the role that owns the tables. */
  readonly migrationDatabaseUrl: string;
}

export interface ServicePasswords {
  /** Of the service's broker user and of the role that it runs as. */
  readonly running: string;
  /** Of the role that owns the tables. */
  readonly migration: string;
}

export interface DatabaseOptions {
  /** Of a superuser, or of a role that may create databases and roles. */
  readonly adminUrl: string;
  /** Name of the database and of its running role; the owner's has `_migration` after it. */
  readonly name: string;
  /** Of each role, given to it anew each time: who gets hold of one role does not have the other. */
  readonly passwords: ServicePasswords;
}

/** Makes the database and its two roles where they are missing. Safe to repeat; keeps what is in the database. */
export async function createServiceDatabase(options: DatabaseOptions): Promise<ServiceDatabase> {
  const { adminUrl, name, passwords } = options;
  const owner = `${name}_migration`;
  await withClient(adminUrl, async (client) => {
    await createRole(client, name, passwords.running);
    await createRole(client, owner, passwords.migration);
    // An administrator who is no superuser needs this to give the database away, and to drop it in the end.
    const { rows } = await client.query("select rolsuper from pg_roles where rolname = current_user");
    if (rows[0]?.rolsuper !== true) await client.query(`grant ${id(name)}, ${id(owner)} to current_user`);
    const known = await client.query("select from pg_database where datname = $1", [name]);
    // From template0, since template1 cannot be copied while anybody is connected to it.
    if (known.rowCount === 0)
      await client.query(`create database ${id(name)} owner ${id(owner)} template template0`);
    await client.query(`revoke all on database ${id(name)} from public`);
    await client.query(`grant connect on database ${id(name)} to ${id(name)}`);
  });
  return {
    databaseUrl: changedUrl(adminUrl, { path: name, user: name, password: passwords.running }),
    migrationDatabaseUrl: changedUrl(adminUrl, { path: name, user: owner, password: passwords.migration }),
  };
}

/** Keeps everybody but superusers out of the databases that a server comes with. For a server of our own. */
export async function closeCommonDatabases(adminUrl: string): Promise<void> {
  await withClient(adminUrl, async (client) => {
    await client.query("revoke all on database postgres, template1 from public");
  });
}

/** Drops the database, ending the sessions on it, and its two roles. Does nothing where they do not exist. */
export async function dropServiceDatabase({
  adminUrl,
  name,
}: {
  adminUrl: string;
  name: string;
}): Promise<void> {
  await withClient(adminUrl, async (client) => {
    await client.query(`drop database if exists ${id(name)} with (force)`);
    await client.query(`drop role if exists ${id(name)}, ${id(`${name}_migration`)}`);
  });
}

async function createRole(client: Client, role: string, password: string): Promise<void> {
  const known = await client.query("select from pg_roles where rolname = $1", [role]);
  const verb = known.rowCount === 0 ? "create" : "alter";
  await client.query(`${verb} role ${id(role)} login password ${client.escapeLiteral(password)}`);
}

const id = (name: string) => `"${name.replaceAll('"', '""')}"`;

async function withClient(connectionString: string, work: (client: Client) => Promise<void>): Promise<void> {
  const client = new Client({ connectionString, connectionTimeoutMillis: 10_000 });
  try {
    await client.connect();
    await work(client);
  } finally {
    await client.end();
  }
}
