import { randomBytes } from "node:crypto";
import { fileURLToPath } from "node:url";
import pg from "pg";
import { applyMigrations } from "#platform/migrate.ts";
import { createServiceDatabase, dropServiceDatabase } from "../../stack/databases.ts";
import type { ServiceName } from "../../stack/names.ts";
import { required, uniqueName } from "./environment.ts";

export interface TestDatabase {
  /** Of the role that a service runs with: it has the rights that the service's migration gives it, so none without. */
  readonly url: string;
  /** Of the role that owns the tables. */
  readonly migrationUrl: string;
  /** Drops database and roles; open sessions are ended. */
  drop(): Promise<void>;
}

/** A database of its own on the server of DATABASE_URL, with the tables of this service, or with none. */
export async function testDatabase(service?: ServiceName): Promise<TestDatabase> {
  const adminUrl = required("DATABASE_URL");
  const name = service === undefined ? uniqueName() : `${uniqueName()}_${service}`;
  const passwords = { running: randomBytes(12).toString("hex"), migration: randomBytes(12).toString("hex") };
  const { databaseUrl, migrationDatabaseUrl } = await createServiceDatabase({ adminUrl, name, passwords });
  const drop = () => dropServiceDatabase({ adminUrl, name });
  try {
    if (service !== undefined) {
      await applyMigrations({ url: migrationDatabaseUrl, folder: folderOf(service), serviceRole: name });
    }
  } catch (error) {
    await drop();
    throw error;
  }
  return { url: databaseUrl, migrationUrl: migrationDatabaseUrl, drop };
}

/** The rows that a statement finds, on a connection of its own. */
export async function rowsOf<Row extends pg.QueryResultRow>(url: string, statement: string): Promise<Row[]> {
  const client = new pg.Client({ connectionString: url });
  try {
    await client.connect();
    return (await client.query<Row>(statement)).rows;
  } finally {
    await client.end();
  }
}

const folderOf = (service: ServiceName) =>
  fileURLToPath(new URL(`../../services/${service}/migrations`, import.meta.url).href);
