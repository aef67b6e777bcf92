/** A service's database: a pool, and transactions that carry the messages they cause. */

import type { Log, OutboxMessage } from "@rabbit-contract/messaging";
import { drizzle, type NodePgDatabase } from "drizzle-orm/node-postgres";
import pg from "pg";
import { passFaultPoint } from "#fault-points";
import { type DatabaseTls, databaseConnection } from "./connection.ts";
import type { OutboxObserver } from "./outbox/observer.ts";
import { insertIntoOutbox } from "./outbox/outbox.ts";
import type { Relay, Reservation } from "./outbox/relay.ts";
import { prepareStatements } from "./prepared-statements.ts";

type Sql = NodePgDatabase;

/** What a use case works with. Everything done through it is committed together, or not at all. */
export interface Transaction {
  readonly sql: Sql;
  /** Messages that this transaction causes; written to the outbox table just before the commit. */
  readonly outbox: OutboxMessage[];
  /** Called once it has committed, for what counts only what has happened; must not throw. */
  readonly afterCommit: (() => void)[];
}

export interface Database {
  /** For reads that need no transaction. */
  readonly sql: Sql;
  /**
   * Runs `work` in one transaction (read committed). What it put into the outbox is inserted with one
   * statement before the commit and handed to the relay after it. Rolls back and rethrows when `work` throws.
   */
  transaction<Result>(work: (tx: Transaction) => Promise<Result>): Promise<Result>;
  /** Rejects when the database does not answer. */
  ping(): Promise<void>;
  close(): Promise<void>;
}

export interface PoolOptions {
  readonly url: string;
  readonly tls?: DatabaseTls | undefined;
  /** Shown by `pg_stat_activity`. */
  readonly applicationName: string;
  readonly log: Log;
  /** Connections, at most; on two cores four of them settle as many orders as ten. @default 10 */
  readonly poolSize?: number;
  /** Milliseconds that a statement may take. @default 10_000 */
  readonly statementTimeout?: number;
}

/** Opens no connection by itself: a service starts, and says that it is not ready, while its database is away. */
export function openPool(options: PoolOptions): pg.Pool {
  const pool = new pg.Pool({
    ...databaseConnection(options.url, options.tls),
    application_name: options.applicationName,
    max: options.poolSize ?? 10,
    connectionTimeoutMillis: 3000,
    keepAlive: true,
    // A statement goes out before the one before it is answered: begin and commit cost no round trip of their own.
    pipeline: true,
    statement_timeout: options.statementTimeout ?? 10_000,
    idle_in_transaction_session_timeout: 30_000,
  });
  const onError = (error: Error) => options.log.warn({ err: error }, "a database connection was lost");
  pool.on("error", onError);
  // A connection that breaks while it is checked out but idle reports it on itself; unheard, that ends the process.
  pool.on("connect", (client) => {
    client.on("error", onError);
    prepareStatements(client);
  });
  return pool;
}

export { isUnavailable } from "./unavailable.ts";

export function createDatabase(
  pool: pg.Pool,
  relay: Pick<Relay, "reserve">,
  observer?: OutboxObserver,
): Database {
  const sqlOf = new WeakMap<pg.PoolClient, Sql>();
  return {
    sql: drizzle({ client: pool }),
    async transaction(work) {
      const client = await pool.connect();
      const sql = sqlOf.get(client) ?? drizzle({ client });
      sqlOf.set(client, sql);
      const tx: Transaction = { sql, outbox: [], afterCommit: [] };
      let reservation: Reservation | undefined;
      let result: Awaited<ReturnType<typeof work>>;
      try {
        const begun = client.query("begin");
        begun.catch(() => {}); // told below, or by the first statement
        result = await work(tx);
        await begun;
        const statements: Promise<unknown>[] = [];
        if (tx.outbox.length > 0) {
          observer?.writing(tx.outbox);
          reservation = relay.reserve(tx.outbox);
          statements.push(insertIntoOutbox(client, tx.outbox, reservation.leaseMilliseconds));
        }
        // Sent before the outbox is answered: should that fail, the commit rolls back.
        statements.push(client.query("commit").then(requireCommit));
        await allEnded(statements);
      } catch (error) {
        reservation?.giveBack();
        await rollBack(client);
        throw error;
      }
      client.release();
      if (reservation) {
        passFaultPoint("after-commit-before-publish");
        reservation.handOver();
        observer?.written(tx.outbox);
      }
      for (const call of tx.afterCommit) call();
      return result;
    },
    async ping() {
      await pool.query("select 1");
    },
    async close() {
      await pool.end();
    },
  };
}

/** PostgreSQL answers the commit of a transaction in which a statement failed as if all were well. */
function requireCommit({ command }: pg.QueryResult): void {
  if (command !== "COMMIT") throw new Error("the transaction was rolled back: a statement in it had failed");
}

/** Like `Promise.all`, but throws only once all have ended. */
async function allEnded(promises: readonly Promise<unknown>[]): Promise<void> {
  await Promise.allSettled(promises);
  await Promise.all(promises);
}

async function rollBack(client: pg.PoolClient): Promise<void> {
  try {
    await client.query("rollback");
    client.release();
  } catch (error) {
    // The connection is lost, and the transaction with it.
    client.release(error instanceof Error ? error : true);
  }
}
