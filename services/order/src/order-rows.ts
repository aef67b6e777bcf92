/** Rows of the table `orders`, read as orders. */
import { rfc3339 } from "@rabbit-contract/postgres";
import { type SQL, sql } from "drizzle-orm";
import type { HistoryEntry, Order, OrderLine, OrderStatus, Reason } from "./order.ts";

/** A row selected with `orderColumns`. */
export interface OrderRow extends Record<string, unknown> {
  id: string;
  customer_id: string;
  status: OrderStatus;
  reason: Reason | null;
  lines: OrderLine[];
  /** A bigint, which the driver returns as text. */
  total_amount: string;
  currency: string;
  created_at: string;
  updated_at: string;
  history: HistoryEntry[];
}

/** Condition: orders of one customer, or of all customers if absent. */
export function ownedBy(customerId: string | undefined): SQL {
  return customerId === undefined ? sql`true` : sql`customer_id = ${customerId}`;
}

/** The columns of an `OrderRow`, of the table `orders`. */
export const orderColumns = sql`
  orders.id, orders.customer_id, orders.status, orders.reason, orders.lines, orders.total_amount, orders.currency,
  ${rfc3339(sql`orders.created_at`)} as created_at, ${rfc3339(sql`orders.updated_at`)} as updated_at, orders.history`;

export function orderOf(row: OrderRow): Order {
  return {
    id: row.id,
    customerId: row.customer_id,
    status: row.status,
    ...(row.reason === null ? {} : { reason: row.reason }),
    lines: row.lines,
    total: { amount: Number(row.total_amount), currency: row.currency },
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    // jsonb reorders keys.
    history: row.history.map(({ status, at, cause, ...step }) => ({ status, at, cause, ...step })),
  };
}
