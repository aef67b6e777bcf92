/** How the database is reached: TLS, the pool of connections, and their limits. */
import { isIP } from "node:net";
import type { Log } from "@rabbit-contract/messaging";
import pg from "pg";
import { markDatabaseErrors } from "./database-errors.ts";
import { prepareStatements } from "./prepared-statements.ts";

/** Certificates and keys in PEM. */
export interface DatabaseTls {
  /** The CA certificate of the server. */
  readonly databaseCa?: string | undefined;
  /** The client certificate, for mTLS, and its key. */
  readonly databaseCertificate?: string | undefined;
  readonly databaseKey?: string | undefined;
}

export interface PoolOptions {
  readonly url: string;
  readonly tls?: DatabaseTls | undefined;
  /** Shown by `pg_stat_activity`. */
  readonly applicationName: string;
  readonly log: Log;
  /** Connections, at most. @default 10 */
  readonly poolSize?: number | undefined;
  /** Milliseconds that a statement may take. @default 10_000 */
  readonly statementTimeout?: number | undefined;
}

/** Connects on first use only, so that a service can start, and report that it is not ready, without its database. */
export function openPool(options: PoolOptions): pg.Pool {
  const pool = new pg.Pool({
    ...databaseConnection(options.url, options.tls),
    application_name: options.applicationName,
    max: options.poolSize ?? 10,
    connectionTimeoutMillis: 3000,
    keepAlive: true,
    // A statement is sent before the previous one is answered: begin and commit cost no round trip of their own.
    pipeline: true,
    statement_timeout: options.statementTimeout ?? 10_000,
    idle_in_transaction_session_timeout: 30_000,
  });
  const onError = (error: Error) => options.log.warn({ err: error }, "a database connection was lost");
  pool.on("error", onError);
  // A connection that breaks while it is checked out emits the error itself; without a listener that ends the process.
  pool.on("connect", (client) => {
    client.on("error", onError);
    prepareStatements(client);
  });
  markDatabaseErrors(pool);
  return pool;
}

/**
 * The driver's options for a URL. With a CA certificate the connection uses TLS, whatever the URL says; without one,
 * its `sslmode` decides.
 */
export function databaseConnection(url: string, tls: DatabaseTls = {}) {
  const { databaseCa, databaseCertificate, databaseKey } = tls;
  if (databaseCa === undefined) return { connectionString: url };
  const bare = new URL(url);
  // The driver would prefer the URL's parameters to `ssl`.
  for (const name of [...bare.searchParams.keys()])
    if (name.startsWith("ssl")) bare.searchParams.delete(name);
  const host = bare.hostname.replace(/^\[|\]$/g, "");
  // The driver sets the server's name only where it is no address.
  const ssl = {
    ca: databaseCa,
    ...(databaseCertificate !== undefined && { cert: databaseCertificate }),
    ...(databaseKey !== undefined && { key: databaseKey }),
    ...(isIP(host) !== 0 && { host }),
  };
  return { connectionString: bare.href, ssl };
}
