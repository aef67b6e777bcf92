import { uuidv7 } from "@rabbit-contract/messaging";
import type { Transaction } from "@rabbit-contract/postgres";
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
 * Saves the notifications, and with each an e-mail to send where its recipient can be reached by e-mail. There is one
 * notification of each kind for an order: a second one changes nothing, also when another transaction is writing the
 * first at this moment.
 */
export async function notify({ tx, mailing }: NotifyContext, drafts: readonly Draft[]): Promise<void> {
  if (drafts.length === 0) return;
  if (mailing?.wake) tx.afterCommit.push(mailing.wake);
  const rows = drafts.map((draft) => ({ id: uuidv7(), ...draft }));
  // Ordered, so that two transactions with the same orders cannot deadlock.
  await tx.sql.execute(sql`
    with saved as (
      insert into notifications (id, audience, customer_id, order_id, sku, kind, subject, body)
      select id, case when "customerId" is null then 'operators' else 'customer' end,
             "customerId", "orderId", sku, kind, subject, body
      from json_to_recordset(${JSON.stringify(rows)}::json) as draft
        (id uuid, "customerId" text, "orderId" uuid, sku text, kind text, subject text, body text)
      order by "orderId", kind, id
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
