import { newUuid, type Transaction } from "@rabbit-contract/postgres";
import { sql } from "drizzle-orm";
import type { Draft } from "../notification.ts";

/** How e-mails are sent. */
export interface Mailing {
  /** Address of the operators; absent if they get no e-mail. */
  readonly operatorsEmail?: string;
  /** Called after a commit that may contain e-mails. */
  readonly wake?: () => void;
}

export interface NotifyContext {
  readonly tx: Transaction;
  /** Absent where no e-mail is sent: notifications are only saved then. */
  readonly mailing: Mailing | undefined;
}

/**
 * Saves the notifications, and with each an e-mail to send where its recipient can be reached by e-mail. An order has
 * one notification of each kind: a second one changes nothing, even while another transaction is writing the first.
 */
export function notify({ tx, mailing }: NotifyContext, drafts: readonly Draft[]): void {
  if (drafts.length === 0) return;
  if (mailing?.wake) tx.afterCommit.push(mailing.wake);
  // Numbered in the given order but inserted sorted, so that two transactions with the same orders cannot deadlock. The
  // insert fires the trigger that positions need before it reads its first row, and so before the first number is
  // drawn.
  tx.send(sql`
    with drafted as materialized (
      select ${newUuid} as id, nextval('notifications_position_seq') as position, draft.*
      from json_to_recordset(${JSON.stringify(drafts)}::json) as draft
        ("customerId" text, "orderId" uuid, sku text, kind text, subject text, body text)
    ), saved as (
      insert into notifications (id, position, audience, customer_id, order_id, sku, kind, subject, body)
      select id, position, case when "customerId" is null then 'operators' else 'customer' end,
             "customerId", "orderId", sku, kind, subject, body
      from drafted
      order by "orderId", kind, position
      on conflict (order_id, kind) where order_id is not null do nothing
      returning id, audience, customer_id
    ), reachable as (
      select saved.id, contacts.email
      from saved join contacts using (customer_id)
      where contacts.email is not null and 'email' = any(contacts.channels)
      union all
      select id, ${mailing?.operatorsEmail ?? null}::text from saved where audience = 'operators'
    )
    insert into deliveries (notification_id, channel, recipient)
    select id, 'email', email from reachable where email is not null and ${mailing !== undefined}`);
}
