/** How the database is reached: TLS, the pool of connections, and their limits. */
import { isIP } from "node:net";
import type { Log } from "@rabbit-contract/messaging";
import pg from "pg";
import { Connection } from "./connection.ts";
import { markDatabaseErrors } from "./database-errors.ts";
import { limitTransactions, runAloneInTransactions } from "./pooler.ts";
import { prepareStatements } from "./prepared-statements.ts";

/** Certificates and keys in PEM. */
export interface DatabaseTls {
  /** The CA certificate of the server. */
  readonly databaseCa?: string | undefined;
  /** The client certificate, for mTLS, and its key. */
  readonly databaseCertificate?: string | undefined;
  readonly databaseKey?: string | undefined;
}

/**
 * What stands between the service and PostgreSQL: `transaction` is a pooler, such as PgBouncer, that may give each
 * transaction another connection of the database.
 */
export type Pooler = "none" | "transaction";

export interface PoolOptions {
  readonly url: string;
  readonly tls?: DatabaseTls | undefined;
  /** Shown by `pg_stat_activity`. */
  readonly applicationName: string;
  readonly log: Log;
  /** Connections, at most. @default 10 */
  readonly poolSize?: number | undefined;
  /**
   * Milliseconds after which the database cancels a statement, and ends a transaction in which nothing happens: its
   * client may be gone, and its locks hold up others. @default 8_000
   */
  readonly statementTimeout?: number | undefined;
  /** @default "none" */
  readonly pooler?: Pooler | undefined;
}

/** Milliseconds for a connection to be opened, or to become free. */
const connectTimeout = 3_000;
/**
 * Milliseconds that the database has, after the time of a statement, to say that it was cancelled. After that the
 * connection is taken for dead: a network may drop it without telling either side.
 */
const answerMargin = 1_000;

/** Connects on first use only, so that a service can start, and report that it is not ready, without its database. */
export function openPool(options: PoolOptions, idle = new Set<pg.PoolClient>()): pg.Pool {
  const { log, statementTimeout = 8_000, pooler = "none" } = options;
  const limits = {
    statement_timeout: statementTimeout,
    idle_in_transaction_session_timeout: statementTimeout,
  };
  const pool = new pg.Pool({
    ...databaseConnection(options.url, options.tls),
    Client: Connection,
    application_name: options.applicationName,
    max: options.poolSize ?? 10,
    connectionTimeoutMillis: connectTimeout,
    query_timeout: statementTimeout + answerMargin,
    keepAlive: true,
    // A statement is sent before the previous one is answered: begin and commit cost no round trip of their own.
    pipeline: true,
    // A pooler refuses them: they are of a session, and its clients have none.
    ...(pooler === "none" && limits),
  });
  pool.on("connect", (client) => {
    if (pooler === "none") prepareStatements(client);
    else limitTransactions(client, limits);
  });
  if (pooler === "transaction") runAloneInTransactions(pool);
  watchConnections(pool, idle, log);
  markDatabaseErrors(pool);
  return pool;
}

/**
 * Throws the idle connections away as soon as one is lost: they are likely to be dead as well, and each would cost
 * the next one to use it the time of a statement to find out.
 */
function watchConnections(pool: pg.Pool, idle: Set<pg.PoolClient>, log: Log): void {
  const lost = (connection: pg.PoolClient, error: Error) => {
    // Thrown away below, or reported before.
    if (!known.delete(connection)) return;
    log.warn({ err: error }, "a database connection was lost");
    for (const other of idle) {
      known.delete(other);
      // Its pool removes it at once, not when the socket has closed.
      other.emit("error", error);
      if (other instanceof Connection) other.destroy();
    }
    idle.clear();
  };
  const known = new WeakSet<pg.PoolClient>();
  pool.on("connect", (client) => {
    known.add(client);
    // Emitted also while it is checked out; without a listener that ends the process.
    client.on("error", (error) => lost(client, error));
  });
  pool.on("acquire", (client) => idle.delete(client));
  pool.on("release", (error, client) => {
    if (!error) idle.add(client);
    // The pool's own queries release it before it emits an error.
    else if (isUnanswered(error)) lost(client, error);
  });
  pool.on("remove", (client) => idle.delete(client));
  // Reported by the connection itself.
  pool.on("error", () => {});
}

/** The driver's error for a statement that took longer than `query_timeout`; it has no code. */
function isUnanswered(error: Error): boolean {
  return error.message === "Query read timeout";
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
