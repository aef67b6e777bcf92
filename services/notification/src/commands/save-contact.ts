import type { Transaction } from "@rabbit-contract/postgres";
import { sql } from "drizzle-orm";
import type { Contact } from "../notification.ts";
import { contacts } from "../schema.ts";

export interface ContactToSave extends Contact {
  readonly customerId: string;
}

/** Replaces the customer's contact, which applies to notifications created from now on. */
export async function saveContact({ tx }: { tx: Transaction }, contact: ContactToSave): Promise<void> {
  const { customerId, email = null, name = null, channels } = contact;
  const row = { email, name, channels: [...new Set(channels)], updatedAt: sql`now()` };
  await tx.sql
    .insert(contacts)
    .values({ customerId, ...row })
    .onConflictDoUpdate({ target: contacts.customerId, set: row });
}
