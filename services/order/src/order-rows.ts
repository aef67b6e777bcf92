/** Rows of the table `orders`, read as orders. */
import { rfc3339 } from "@rabbit-contract/postgres";
import { type SQL, sql } from "drizzle-orm";
import type { Order, Reason } from "./order.ts";

/** A row selected with `orderColumns`. */
export type OrderRow = Record<string, unknown> & Omit<Order, "reason"> & { readonly reason: Reason | null };

/** Condition: orders of one customer, or of all customers if absent. */
export function ownedBy(customerId: string | undefined): SQL {
  return customerId === undefined ? sql`true` : sql`customer_id = ${customerId}`;
}

export const totalOf = sql`json_build_object('amount', orders.total_amount, 'currency', orders.currency)`;

/** The columns of an `OrderRow`, of the table `orders`. */
export const orderColumns = sql`
  orders.id, orders.customer_id as "customerId", orders.status, orders.reason, orders.lines, ${totalOf} as total,
  ${rfc3339(sql`orders.created_at`)} as "createdAt", ${rfc3339(sql`orders.updated_at`)} as "updatedAt", orders.history`;

export function orderOf({ reason, history, ...row }: OrderRow): Order {
  return {
    ...row,
    ...(reason !== null && { reason }),
    // jsonb reorders keys.
    history: history.map(({ status, at, cause, ...step }) => ({ status, at, cause, ...step })),
  };
}
