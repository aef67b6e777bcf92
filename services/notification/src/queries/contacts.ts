import type { Database } from "@rabbit-contract/postgres";
import { and, asc, eq, gt } from "drizzle-orm";
import type { Contact } from "../notification.ts";
import { contacts } from "../schema.ts";

export interface ContactQuery {
  /** Only this customer's. */
  readonly customerId?: string | undefined;
  /** The customer to start after. */
  readonly after?: string | undefined;
  readonly limit: number;
}

export interface CustomerContact extends Contact {
  readonly customerId: string;
}

export async function findContact(
  database: Pick<Database, "sql">,
  customerId: string,
): Promise<Contact | undefined> {
  const [row] = await database.sql.select().from(contacts).where(eq(contacts.customerId, customerId));
  return row && contactOf(row);
}

/** In order of the customers' ids. */
export async function listContacts(
  database: Pick<Database, "sql">,
  { customerId, after, limit }: ContactQuery,
): Promise<CustomerContact[]> {
  const rows = await database.sql
    .select()
    .from(contacts)
    .where(
      and(
        customerId === undefined ? undefined : eq(contacts.customerId, customerId),
        after === undefined ? undefined : gt(contacts.customerId, after),
      ),
    )
    .orderBy(asc(contacts.customerId))
    .limit(limit);
  return rows.map((row) => ({ customerId: row.customerId, ...contactOf(row) }));
}

function contactOf(row: typeof contacts.$inferSelect): Contact {
  return {
    ...(row.email !== null && { email: row.email }),
    ...(row.name !== null && { name: row.name }),
    channels: row.channels,
  };
}
