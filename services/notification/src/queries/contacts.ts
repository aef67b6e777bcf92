import type { Database } from "@rabbit-contract/postgres";
import { sql } from "drizzle-orm";
import type { Contact } from "../notification.ts";

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
  const [found] = await listContacts(database, { customerId, limit: 1 });
  if (found === undefined) return undefined;
  const { customerId: _, ...contact } = found;
  return contact;
}

/** In order of the customers' ids. */
export async function listContacts(
  database: Pick<Database, "sql">,
  { customerId, after, limit }: ContactQuery,
): Promise<CustomerContact[]> {
  const { rows } = await database.sql.execute<{ contact: CustomerContact }>(sql`
    select json_strip_nulls(json_build_object(
      'customerId', customer_id, 'email', email, 'name', name, 'channels', channels)) as contact
    from contacts
    where ${customerId === undefined ? sql`true` : sql`customer_id = ${customerId}`}
      and ${after === undefined ? sql`true` : sql`customer_id > ${after}`}
    order by customer_id limit ${limit}`);
  return rows.map(({ contact }) => contact);
}
