/** Transactions that carry the messages they cause. */
import type { AppendToOutbox, OutboxMessage } from "@rabbit-contract/messaging";
import { drizzle, type NodePgDatabase } from "drizzle-orm/node-postgres";
import type pg from "pg";
import { insertIntoOutbox } from "./outbox/outbox.ts";
import type { Relay, Reservation } from "./outbox/relay.ts";

type Sql = NodePgDatabase;

/** Everything done through it is committed together, or not at all. */
export interface Transaction {
  readonly sql: Sql;
  /** Messages that this transaction causes; written to the outbox table just before the commit. */
  readonly outbox: OutboxMessage[];
  /** Called once it has committed, such as for counters; must not throw. */
  readonly afterCommit: (() => void)[];
}

/** Given to the generated `createOutbox`: the message is in the outbox table once the transaction commits. */
export const appendToOutbox: AppendToOutbox<Transaction> = (tx, message) => {
  tx.outbox.push(message);
};

export interface Database {
  /** For reads that need no transaction. */
  readonly sql: Sql;
  /**
   * Runs `work` in one transaction (read committed) and resolves once it is committed, with its messages in the outbox
   * table. Rolls back and rethrows when `work` throws.
   */
  transaction<Result>(work: (tx: Transaction) => Promise<Result>): Promise<Result>;
  /** Rejects when the database does not answer. */
  ping(): Promise<void>;
  close(): Promise<void>;
}

/** @param relay publishes what is committed; without one, messages stay in the table for another process's relay */
export function createDatabase(pool: pg.Pool, relay: Pick<Relay, "reserve"> = { reserve }): Database {
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
        begun.catch(() => {}); // reported below, or by the first statement
        result = await work(tx);
        await begun;
        reservation = relay.reserve(tx.outbox);
        const inserted = insertIntoOutbox(client, tx.outbox, reservation.leaseMilliseconds);
        await both(inserted, commit(client));
      } catch (error) {
        reservation?.giveBack();
        await rollBack(client);
        throw error;
      }
      client.release();
      reservation.handOver();
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

/** Leaves messages to any sweeper. */
const reserve = (): Reservation => ({ leaseMilliseconds: 0, handOver() {}, giveBack() {} });

/** Sent before the insert is answered: if that fails, PostgreSQL answers `commit` by rolling back, without an error. */
async function commit(client: pg.PoolClient): Promise<void> {
  const { command } = await client.query("commit");
  if (command !== "COMMIT") throw new Error("the transaction was rolled back: a statement in it had failed");
}

/** Throws the first error, but only once both have ended: the connection must be idle before it is rolled back. */
async function both(one: Promise<void>, other: Promise<void>): Promise<void> {
  await Promise.allSettled([one, other]);
  await one;
  await other;
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
