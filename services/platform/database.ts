/** A service's database: a pool, and transactions that carry the messages they cause. */

import { drizzle, type NodePgDatabase } from "drizzle-orm/node-postgres";
import pg from "pg";
import { passFaultPoint } from "#fault-points";
import type { OutboxMessage } from "#messaging";
import type { Logger } from "./log.ts";
import { insertIntoOutbox } from "./outbox.ts";
import type { Relay } from "./relay.ts";
import type { OutboxObserver } from "./telemetry/outbox-observer.ts";

type Sql = NodePgDatabase;
type TransactionSql = Parameters<Parameters<Sql["transaction"]>[0]>[0];

/** What a use case works with. Everything done through it is committed together, or not at all. */
export interface Transaction {
  readonly sql: TransactionSql;
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
  /** Shown by `pg_stat_activity`. */
  readonly applicationName: string;
  readonly log: Logger;
  /** Connections, at most. @default 10 */
  readonly poolSize?: number;
  /** Milliseconds that a statement may take. @default 10_000 */
  readonly statementTimeout?: number;
}

/** Opens no connection by itself: a service starts, and says that it is not ready, while its database is away. */
export function openPool(options: PoolOptions): pg.Pool {
  const pool = new pg.Pool({
    connectionString: options.url,
    application_name: options.applicationName,
    max: options.poolSize ?? 10,
    connectionTimeoutMillis: 3000,
    keepAlive: true,
    statement_timeout: options.statementTimeout ?? 10_000,
    idle_in_transaction_session_timeout: 30_000,
  });
  const onError = (error: Error) => options.log.warn({ err: error }, "a database connection was lost");
  pool.on("error", onError);
  // A connection that breaks while it is checked out but idle reports it on itself; unheard, that ends the process.
  pool.on("connect", (client) => client.on("error", onError));
  return pool;
}

export { isUnavailable } from "./unavailable.ts";

export function createDatabase(
  pool: pg.Pool,
  relay: Pick<Relay, "reserve">,
  observer?: OutboxObserver,
): Database {
  const sql = drizzle({ client: pool });
  return {
    sql,
    async transaction(work) {
      let handOver = () => {};
      let giveBack = () => {};
      const afterCommit: (() => void)[] = [];
      try {
        const result = await sql.transaction(async (transactionSql) => {
          const tx: Transaction = { sql: transactionSql, outbox: [], afterCommit };
          const value = await work(tx);
          if (tx.outbox.length > 0) {
            const reservation = relay.reserve(tx.outbox);
            giveBack = reservation.giveBack;
            await insertIntoOutbox(transactionSql, tx.outbox, reservation.leaseMilliseconds);
            handOver = () => {
              passFaultPoint("after-commit-before-publish");
              reservation.handOver();
              observer?.written(tx.outbox);
            };
          }
          return value;
        });
        handOver();
        for (const call of afterCommit) call();
        return result;
      } catch (error) {
        giveBack();
        throw error;
      }
    },
    async ping() {
      await pool.query("select 1");
    },
    async close() {
      await pool.end();
    },
  };
}
