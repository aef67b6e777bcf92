/** Creates databases and roles of services, as an administrator: a superuser, or a role that may create both. */
import pg from "pg";

export interface ServicePasswords {
  /** Of the role that the service runs as; migrations grant it rights on rows, and it cannot create tables. */
  readonly running: string;
  /** Of the role that owns the tables. */
  readonly migration: string;
}

export interface DatabaseOptions {
  /** Name of the database and of the role that the service runs as; the owner's has the suffix `_migration`. */
  readonly name: string;
  /** Of the two roles; set again each time. */
  readonly passwords: ServicePasswords;
}

/** Creates the database and its two roles where they are missing. Safe to repeat: the content is kept. */
export async function createServiceDatabase(
  administrator: pg.ClientBase,
  { name, passwords }: DatabaseOptions,
): Promise<void> {
  const [database, owner] = [name, `${name}_migration`].map((one) => pg.escapeIdentifier(one));
  await createRole(administrator, name, passwords.running);
  await createRole(administrator, `${name}_migration`, passwords.migration);
  // An administrator without superuser rights needs this to set the owner, and to drop the database in the end.
  const { rows } = await administrator.query("select rolsuper from pg_roles where rolname = current_user");
  if (rows[0]?.rolsuper !== true) await administrator.query(`grant ${database}, ${owner} to current_user`);
  const known = await administrator.query("select from pg_database where datname = $1", [name]);
  // From template0, since template1 cannot be copied while it has connections.
  if (known.rowCount === 0)
    await administrator.query(`create database ${database} owner ${owner} template template0`);
  await administrator.query(`revoke all on database ${database} from public`);
  await administrator.query(`grant connect on database ${database} to ${database}`);
}

/** Lets only superusers connect to the server's initial databases. For a server that is used for nothing else. */
export async function closeCommonDatabases(administrator: pg.ClientBase): Promise<void> {
  await administrator.query("revoke all on database postgres, template1 from public");
}

/** Drops the database, ending its sessions, and its two roles. Does nothing where they do not exist. */
export async function dropServiceDatabase(administrator: pg.ClientBase, name: string): Promise<void> {
  const [database, owner] = [name, `${name}_migration`].map((one) => pg.escapeIdentifier(one));
  await administrator.query(`drop database if exists ${database} with (force)`);
  await administrator.query(`drop role if exists ${database}, ${owner}`);
}

async function createRole(administrator: pg.ClientBase, role: string, password: string): Promise<void> {
  const known = await administrator.query("select from pg_roles where rolname = $1", [role]);
  const verb = known.rowCount === 0 ? "create" : "alter";
  await administrator.query(
    `${verb} role ${pg.escapeIdentifier(role)} login password ${pg.escapeLiteral(password)}`,
  );
}

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
