/** The table of e-mails to send: who takes one, and what became of it. */

import type { Database } from "@rabbit-contract/postgres";
import { sql } from "drizzle-orm";

type Executor = Pick<Database["sql"], "execute">;

/** An e-mail that this process took: nobody else sends it as long as the lease lasts. */
export interface DueEmail {
  readonly notificationId: string;
  /** Null when it is about no order. */
  readonly orderId: string | null;
  readonly recipient: string;
  /** Of the customer, if they gave it. */
  readonly name: string | null;
  readonly subject: string;
  readonly body: string;
  /** 1 when it was never taken before. */
  readonly attempt: number;
}

/**
 * Takes the e-mail that has been due longest. One that was taken before and whose lease ran out, since its
 * process died, is due as well.
 */
export async function takeDueEmail(
  executor: Executor,
  leaseMilliseconds: number,
): Promise<DueEmail | undefined> {
  const { rows } = await executor.execute<DueEmail & Record<string, unknown>>(sql`
    with due as (
      select notification_id from deliveries
      where channel = 'email' and status = 'pending' and next_attempt_at <= now()
      order by next_attempt_at limit 1 for update skip locked
    ), taken as (
      update deliveries
      set attempts = attempts + 1, next_attempt_at = now() + ${leaseMilliseconds} * interval '1 millisecond'
      from due where deliveries.notification_id = due.notification_id and channel = 'email'
      returning deliveries.notification_id, recipient, attempts
    )
    select notification_id as "notificationId", order_id as "orderId", recipient, contacts.name, subject, body, attempts as attempt
    from taken
    join notifications on notifications.id = notification_id
    left join contacts using (customer_id)`);
  return rows[0];
}

/** Whoever holds the lease by now: it was sent. */
export async function recordSent(executor: Executor, { notificationId }: DueEmail): Promise<void> {
  await executor.execute(sql`
    update deliveries set status = 'sent', last_error = null, updated_at = now()
    where notification_id = ${notificationId} and channel = 'email'`);
}

/** @param retryIn milliseconds until the next attempt; absent when there is none */
export async function recordFailure(
  executor: Executor,
  { notificationId, attempt }: DueEmail,
  { reason, retryIn }: { readonly reason: string; readonly retryIn?: number },
): Promise<void> {
  // Somebody else may have taken it over after the lease, and knows better.
  await executor.execute(sql`
    update deliveries
    set status = ${retryIn === undefined ? "failed" : "pending"}, last_error = ${reason}, updated_at = now(),
        next_attempt_at = now() + ${retryIn ?? 0} * interval '1 millisecond'
    where notification_id = ${notificationId} and channel = 'email'
      and status = 'pending' and attempts = ${attempt}`);
}
