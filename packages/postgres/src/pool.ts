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

export interface PoolOptions {
  readonly url: string;
  readonly tls?: DatabaseTls | undefined;
  /** Shown by `pg_stat_activity`. */
  readonly applicationName: string;
  readonly log: Log;
  /** Maximum number of connections. @default 10 */
  readonly poolSize?: number | undefined;
  /**
   * Milliseconds after which the database cancels a statement, and ends an idle transaction: its client may be gone,
   * and its locks hold up others. @default 8_000
   */
  readonly statementTimeout?: number | undefined;
  /**
   * What is between the service and PostgreSQL: `transaction` is a pooler, such as PgBouncer, that may give each
   * transaction a different database connection. @default "none"
   */
  readonly pooler?: "none" | "transaction" | undefined;
}

/** Milliseconds for a connection to be opened, or to become free. */
const connectTimeout = 3_000;
/**
 * Milliseconds after a statement's timeout for the database to report the cancellation. After that, the connection is
 * assumed to be dead: a network may drop it without telling either side.
 */
const answerMargin = 1_000;

/** Connects only on first use, so that a service can start, and report that it is not ready, without its database. */
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
    // A statement is sent before the previous one is answered, so begin and commit cost no extra round trip.
    pipeline: true,
    // A pooler refuses them: they apply to a session, and its clients have none.
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
 * Discards idle connections as soon as one is lost: they are likely to be dead as well, and whatever used one next
 * would have to wait for a statement's timeout to find out.
 */
function watchConnections(pool: pg.Pool, idle: Set<pg.PoolClient>, log: Log): void {
  const lost = (connection: pg.PoolClient, error: Error) => {
    // Discarded below, or reported before.
    if (!known.delete(connection)) return;
    log.warn({ err: error }, "a database connection was lost");
    for (const other of idle) {
      known.delete(other);
      // Its pool removes it at once, not only when the socket has closed.
      other.emit("error", error);
      if (other instanceof Connection) other.destroy();
    }
    idle.clear();
  };
  const known = new WeakSet<pg.PoolClient>();
  pool.on("connect", (client) => {
    known.add(client);
    // Also emitted while it is checked out; without a listener, that would end the process.
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
  // The driver sets the server name only if it is not an address.
  const ssl = {
    ca: databaseCa,
    ...(databaseCertificate !== undefined && { cert: databaseCertificate }),
    ...(databaseKey !== undefined && { key: databaseKey }),
    ...(isIP(host) !== 0 && { host }),
  };
  return { connectionString: bare.href, ssl };
}
