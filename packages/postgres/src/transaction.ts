/** Transactions that carry the messages they cause. */
import type { AppendToOutbox, Log } from "@rabbit-contract/messaging";
import { drizzle, type NodePgDatabase } from "drizzle-orm/node-postgres";
import pg from "pg";
import { CommitOutcomeUnknown, databaseFaultOf } from "./database-errors.ts";
import { type Carried, OpenTransaction, type Transaction } from "./open-transaction.ts";
import { insertIntoOutbox } from "./outbox/outbox.ts";
import type { Relay, Reservation } from "./outbox/relay.ts";

export type { Transaction };

type Sql = NodePgDatabase;

/** Given to the generated `createOutbox`: the message is in the outbox table once the transaction commits. */
export const appendToOutbox: AppendToOutbox<Transaction> = (tx, message) => {
  tx.outbox.push(message);
};

export interface Database {
  /** For reads that need no transaction. */
  readonly sql: Sql;
  /**
   * Runs `work` in one transaction (read committed) and resolves once it is committed, with its messages in the outbox
   * table. Rolls back and rethrows when `work` throws: what it rejects with was not committed, except for
   * CommitOutcomeUnknown, which may have been.
   */
  transaction<Result>(work: (tx: Transaction) => Promise<Result>): Promise<Result>;
  /** Rejects when the database does not answer within two seconds. */
  ping(): Promise<void>;
  close(): Promise<void>;
}

export interface DatabaseOptions {
  /** Publishes what is committed. @default none: messages stay in the table for another process's relay */
  readonly relay?: Pick<Relay, "reserve">;
  readonly log: Log;
}

export function createDatabase(pool: pg.Pool, { relay = { reserve }, log }: DatabaseOptions): Database {
  return {
    sql: drizzle({ client: pool }),
    async transaction(work) {
      const client = await pool.connect();
      const tx = new OpenTransaction(client);
      let reservation: Reservation | undefined;
      let carried: Carried;
      let result: Awaited<ReturnType<typeof work>>;
      try {
        const begun = client.query("begin");
        begun.catch(() => {}); // reported below, or by the first statement
        result = await work(tx);
        carried = tx.finish();
        await begun;
        reservation = relay.reserve(carried.outbox);
        const inserted = insertIntoOutbox(client, carried.outbox, reservation.leaseMilliseconds);
        await committed([...carried.sent, inserted], commit(client));
      } catch (error) {
        tx.end();
        reservation?.giveBack();
        // What was sent before may be why a later statement failed.
        const cause = (await tx.failure()) ?? error;
        await rollBack(client, cause);
        throw cause;
      }
      client.release();
      for (const call of [reservation.handOver, ...carried.afterCommit]) {
        try {
          call();
        } catch (error) {
          log.error({ err: error }, "what follows a commit failed; the transaction is committed");
        }
      }
      return result;
    },
    async ping() {
      await pool.query(ping);
    },
    async close() {
      await pool.end();
    },
  };
}

/** In milliseconds, for each statement: the driver then closes the connection. */
type Timed = pg.QueryConfig & { readonly query_timeout: number };
const ping: Timed = { text: "select 1", query_timeout: 2_000 };
/** A connection that does not answer it is discarded, and the database rolls back. */
const rollback: Timed = { text: "rollback", query_timeout: 2_000 };

/** Leaves messages to any sweeper. */
const reserve = (): Reservation => ({ leaseMilliseconds: 0, handOver() {}, giveBack() {} });

class RolledBack extends Error {}

/** Sent before the insert is answered: if that fails, PostgreSQL answers `commit` by rolling back, without an error. */
async function commit(client: pg.PoolClient): Promise<void> {
  const { command } = await client.query("commit");
  if (command !== "COMMIT")
    throw new RolledBack("the transaction was rolled back: a statement in it had failed");
}

/**
 * Waits for all answers, as the connection must be idle before it is rolled back.
 * @throws the first error; CommitOutcomeUnknown when the commit was sent and the server has answered neither with an error
 */
async function committed(statements: readonly Promise<unknown>[], commit: Promise<void>): Promise<void> {
  const [ended, ...answers] = await Promise.allSettled([commit, ...statements]);
  if (ended.status === "fulfilled") return;
  const first: unknown = answers.find((answer) => answer.status === "rejected")?.reason ?? ended.reason;
  if (refused(first) || refused(ended.reason)) throw first;
  throw new CommitOutcomeUnknown("the connection was lost during the commit", { cause: first });
}

/** The server says that it did not do it. A fatal error may also follow something that it did. */
function refused(error: unknown): boolean {
  if (!(error instanceof pg.DatabaseError)) return error instanceof RolledBack;
  return error.severity === "ERROR";
}

/** A connection on which the database was in trouble is not used again: its server may have been demoted. */
async function rollBack(client: pg.PoolClient, error: unknown): Promise<void> {
  try {
    await client.query(rollback);
    client.release((databaseFaultOf(error) ?? "caller") !== "caller");
  } catch (error) {
    // The connection is lost, and the transaction with it.
    client.release(error instanceof Error ? error : true);
  }
}
