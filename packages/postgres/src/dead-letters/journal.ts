/** Records what operators do with dead letters. */
import type { DeadLetterJournal, JournalOutcome } from "@rabbit-contract/messaging";
import { sql } from "drizzle-orm";
import { printableText, rfc3339 } from "../sql.ts";
import type { Database, Transaction } from "../transaction.ts";

export interface Journal extends DeadLetterJournal<Transaction> {
  /** @param tx commits the outcomes together with what it did. @default outside of a transaction */
  end(outcomes: readonly JournalOutcome[], tx?: Pick<Transaction, "sql">): Promise<void>;
}

export function createDeadLetterJournal(database: Pick<Database, "sql">): Journal {
  return {
    async begin(tx, { kind, operator, ...selection }, runId, entries) {
      const rows = entries.map(({ id, deadLetter }) => ({
        id,
        queue: deadLetter.queue,
        message_id: deadLetter.id,
        type: printableText(deadLetter.type),
        reason: deadLetter.reason,
        failure_reason: printableText(deadLetter.failureReason),
      }));
      await tx.sql.execute(sql`
        insert into dead_letter_actions
          (id, run_id, operator, action, selection, queue, message_id, type, reason, failure_reason)
        select id, ${runId}::uuid, ${operator}, ${kind}, ${JSON.stringify(selection)}::jsonb,
               queue, message_id, type, reason, failure_reason
        from json_to_recordset(${JSON.stringify(rows)}::json) as entry
          (id uuid, queue text, message_id text, type text, reason text, failure_reason text)`);
    },

    async end(outcomes, tx = database) {
      await tx.sql.execute(sql`
        update dead_letter_actions as action
        set outcome = case when outcomes.failure is null then 'done' else 'failed' end,
            failure = outcomes.failure, ended_at = now()
        from json_to_recordset(${JSON.stringify(outcomes)}::json) as outcomes (id uuid, failure text)
        where action.id = outcomes.id`);
    },
  };
}

export interface RecordedAction {
  readonly id: string;
  readonly runId: string;
  readonly operator: string;
  readonly action: "replay" | "delete";
  readonly selection: Readonly<Record<string, unknown>>;
  readonly queue: string;
  readonly messageId: string;
  readonly type?: string;
  readonly reason: string;
  readonly failureReason?: string;
  readonly startedAt: string;
  /** `unknown` while it runs, and when it was interrupted: then it may have been done, or not. */
  readonly outcome: "done" | "failed" | "unknown";
  readonly failure?: string;
  readonly endedAt?: string;
}

export interface RecordedActionQuery {
  readonly messageId?: string | undefined;
  readonly runId?: string | undefined;
  /** Only those before this one. */
  readonly after: string | undefined;
  readonly limit: number;
}

/** The newest first. */
export async function listActions(
  executor: Pick<Database["sql"], "execute">,
  { messageId, runId, after, limit }: RecordedActionQuery,
): Promise<RecordedAction[]> {
  // Only the conditions that are needed: one statement for all cases would get a plan that uses no index.
  const conditions = [
    ...(messageId === undefined ? [] : [sql`message_id = ${messageId}`]),
    ...(runId === undefined ? [] : [sql`run_id = ${runId}`]),
    ...(after === undefined ? [] : [sql`id < ${after}`]),
  ];
  const where = conditions.length === 0 ? sql`` : sql`where ${sql.join(conditions, sql` and `)}`;
  const { rows } = await executor.execute<{ action: RecordedAction }>(sql`
    select json_strip_nulls(json_build_object(
      'id', id, 'runId', run_id, 'operator', operator, 'action', action, 'selection', selection,
      'queue', queue, 'messageId', message_id, 'type', type, 'reason', reason, 'failureReason', failure_reason,
      'startedAt', ${rfc3339(sql`started_at`)}, 'outcome', coalesce(outcome, 'unknown'),
      'failure', failure, 'endedAt', ${rfc3339(sql`ended_at`)})) as action
    from dead_letter_actions
    ${where}
    order by id desc
    limit ${limit}`);
  return rows.map(({ action }) => action);
}
