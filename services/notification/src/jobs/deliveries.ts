/** The table of e-mails to send: leases and outcomes. */

import type { Database } from "@rabbit-contract/postgres";
import { sql } from "drizzle-orm";

type Executor = Pick<Database["sql"], "execute">;

/** A leased e-mail: no other process sends it until the lease expires. */
export interface DueEmail {
  readonly notificationId: string;
  /** Null if it is not about an order. */
  readonly orderId: string | null;
  readonly recipient: string;
  /** The customer's name, if known. */
  readonly name: string | null;
  readonly subject: string;
  readonly body: string;
  /** 1 for the first attempt. */
  readonly attempt: number;
}

/** Well above the time that sending can take. When a process dies, another one sends its e-mails after that. */
const lease = sql`interval '5 minutes'`;

/**
 * Leases the e-mail that has been due longest. One whose lease has expired, because its
 * process died, is due as well.
 */
export async function takeDueEmail(executor: Executor): Promise<DueEmail | undefined> {
  const { rows } = await executor.execute<DueEmail & Record<string, unknown>>(sql`
    with due as (
      select notification_id from deliveries
      where channel = 'email' and status = 'pending' and next_attempt_at <= now()
      order by next_attempt_at limit 1 for update skip locked
    ), taken as (
      update deliveries
      set attempts = attempts + 1, next_attempt_at = clock_timestamp() + ${lease}
      from due where deliveries.notification_id = due.notification_id and channel = 'email'
      returning deliveries.notification_id, recipient, attempts
    )
    select notification_id as "notificationId", order_id as "orderId", recipient, contacts.name, subject, body, attempts as attempt
    from taken
    join notifications on notifications.id = notification_id
    left join contacts using (customer_id)`);
  return rows[0];
}

/** Records that it was sent, even if another process holds the lease by now. */
export async function recordSent(executor: Executor, { notificationId }: DueEmail): Promise<void> {
  await executor.execute(sql`
    update deliveries set status = 'sent', last_error = null, updated_at = now()
    where notification_id = ${notificationId} and channel = 'email'`);
}

export interface FailedAttempt {
  readonly reason: string;
  /** Milliseconds until the next attempt; absent for none. */
  readonly retryIn?: number;
  /** False if it leaves as many attempts as before. */
  readonly counts: boolean;
}

export async function recordFailure(
  executor: Executor,
  { notificationId, attempt }: DueEmail,
  { reason, retryIn, counts }: FailedAttempt,
): Promise<void> {
  // Another process may have leased it since; its outcome wins.
  await executor.execute(sql`
    update deliveries
    set status = ${retryIn === undefined ? "failed" : "pending"}, last_error = ${reason}, updated_at = now(),
        next_attempt_at = clock_timestamp() + ${retryIn ?? 0} * interval '1 millisecond',
        attempts = ${counts ? attempt : attempt - 1}
    where notification_id = ${notificationId} and channel = 'email'
      and status = 'pending' and attempts = ${attempt}`);
}
