/** How customers want to hear from us. */

import type { Database, Transaction } from "@rabbit-contract/postgres";
import { eq } from "drizzle-orm";
import { type Channel, contacts } from "../schema.ts";

export interface Contact {
  readonly email?: string;
  readonly name?: string;
  readonly channels: readonly Channel[];
}

/** Replaces the customer's contact. Takes effect for notifications made from now on. */
export async function saveContact(tx: Transaction, customerId: string, contact: Contact): Promise<void> {
  const row = {
    email: contact.email ?? null,
    name: contact.name ?? null,
    channels: [...new Set(contact.channels)],
    updatedAt: new Date(),
  };
  await tx.sql
    .insert(contacts)
    .values({ customerId, ...row })
    .onConflictDoUpdate({ target: contacts.customerId, set: row });
}

export async function findContact(
  database: Pick<Database, "sql">,
  customerId: string,
): Promise<Contact | undefined> {
  const [row] = await database.sql.select().from(contacts).where(eq(contacts.customerId, customerId));
  if (!row) return undefined;
  return {
    ...(row.email !== null && { email: row.email }),
    ...(row.name !== null && { name: row.name }),
    channels: row.channels,
  };
}
