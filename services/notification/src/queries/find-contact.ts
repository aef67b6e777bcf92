import type { Database } from "@rabbit-contract/postgres";
import { eq } from "drizzle-orm";
import type { Contact } from "../notification.ts";
import { contacts } from "../schema.ts";

export async function findContact(
  database: Pick<Database, "sql">,
  customerId: string,
): Promise<Contact | undefined> {
  const [row] = await database.sql.select().from(contacts).where(eq(contacts.customerId, customerId));
  return row && contactOf(row);
}

export function contactOf(row: typeof contacts.$inferSelect): Contact {
  return {
    ...(row.email !== null && { email: row.email }),
    ...(row.name !== null && { name: row.name }),
    channels: row.channels,
  };
}
