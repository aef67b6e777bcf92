import { uuidv7 } from "@rabbit-contract/messaging";
import type { Transaction } from "@rabbit-contract/postgres";
import { sql } from "drizzle-orm";
import { type Draft, operators } from "./compose.ts";

/** How e-mails are sent; absent where none are: then notifications are only kept. */
export interface EmailPolicy {
  /** Address for notifications of the operators; absent when they get no e-mail. */
  readonly operatorsEmail?: string;
  /** Called once e-mails may have been committed. */
  readonly wake?: () => void;
}

/**
 * Keeps the notifications, and with each an e-mail to send where its customer can be reached by e-mail. An order
 * is notified once of each kind: a draft of one that there is already changes nothing, also when another
 * transaction is writing it at this moment.
 */
export async function notify(tx: Transaction, drafts: readonly Draft[], email?: EmailPolicy): Promise<void> {
  if (drafts.length === 0) return;
  if (email?.wake) tx.afterCommit.push(email.wake);
  const rows = drafts.map((draft) => ({ id: uuidv7(), ...draft }));
  // Ordered, so that two transactions with the same orders cannot wait for each other in a circle.
  await tx.sql.execute(sql`
    with kept as (
      insert into notifications (id, customer_id, order_id, sku, kind, subject, body)
      select id, "customerId", "orderId", sku, kind, subject, body
      from json_to_recordset(${JSON.stringify(rows)}::json) as draft
        (id uuid, "customerId" text, "orderId" uuid, sku text, kind text, subject text, body text)
      order by "orderId", kind, id
      on conflict (order_id, kind) where order_id is not null do nothing
      returning id, customer_id
    ), reachable as (
      select kept.id, contacts.email
      from kept join contacts using (customer_id)
      where contacts.email is not null and 'email' = any(contacts.channels) and kept.customer_id <> ${operators}
      union all
      select id, ${email?.operatorsEmail ?? null}::text from kept where customer_id = ${operators}
    )
    insert into deliveries (notification_id, channel, recipient)
    select id, 'email', email from reachable where email is not null and ${email !== undefined}`);
}
