/** The inbox: which messages were handled, and which handling was started. */
import type { Inbox } from "@rabbit-contract/messaging";
import { getTableName, sql } from "drizzle-orm";
import pg from "pg";
import { passFaultPoint, passHandling } from "#fault-points";
import { databaseFaultOf } from "../database-errors.ts";
import type { Database, Transaction } from "../transaction.ts";
import { inbox } from "./table.ts";

const uniqueViolation = "23505";

export function createInbox(database: Database): Inbox<Transaction> {
  return {
    async transaction(work) {
      const result = await database.transaction(work);
      passFaultPoint("after-handler-commit-before-ack");
      return result;
    },

    async claim(tx, queue, messageIds) {
      passHandling(messageIds);
      // Sorted, so that two replicas that claim the same messages cannot deadlock.
      const { rows } = await tx.sql.execute<{ message_id: string }>(sql`
        insert into inbox (queue, message_id)
        select ${queue}, message_id
        from unnest(${sql.param([...messageIds].sort())}::uuid[]) as message_id
        on conflict do nothing
        returning message_id`);
      return new Set(rows.map((row) => row.message_id));
    },

    claimNew(tx, queue, messageIds) {
      passHandling(messageIds);
      // Sorted, as those of `claim`. Without "on conflict", so that a message that was handled fails the transaction.
      tx.send(sql`
        insert into inbox (queue, message_id)
        select ${queue}, message_id from unnest(${sql.param([...messageIds].sort())}::uuid[]) as message_id`);
    },

    isRepetition: (error) =>
      error instanceof pg.DatabaseError &&
      error.code === uniqueViolation &&
      error.table === getTableName(inbox),

    async unclaim(tx, queue, messageIds) {
      await tx.sql.execute(sql`
        delete from inbox where queue = ${queue} and message_id = any(${sql.param(messageIds)}::uuid[])`);
    },

    async unfinishedStarts(queue, messageIds) {
      const { rows } = await database.sql.execute<{ message_id: string; starts: number }>(sql`
        select message_id, starts from inbox_starts
        where queue = ${queue} and message_id = any(${sql.param(messageIds)}::uuid[])`);
      return new Map(rows.map(({ message_id, starts }) => [message_id, starts]));
    },

    async recordStarts(queue, messageIds, start) {
      await database.sql.execute(sql`
        insert into inbox_starts as known (queue, message_id, starts)
        select ${queue}, message_id, ${start}::int
        from unnest(${sql.param([...messageIds].sort())}::uuid[]) as message_id
        on conflict (queue, message_id)
        do update set starts = greatest(known.starts, excluded.starts), started_at = now()`);
    },

    async clearStarts(tx, queue, messageIds) {
      await tx.sql.execute(sql`
        delete from inbox_starts where queue = ${queue} and message_id = any(${sql.param(messageIds)}::uuid[])`);
    },

    faultOf: (error) => databaseFaultOf(error) ?? "caller",
  };
}
