/** An order as the API shows it, and how a row of the table becomes one. */

import type { Money, OrderLine, Shortage } from "@orders/generated/messages";
import type { MessageContext } from "@rabbit-contract/messaging";
import { type SQL, sql } from "drizzle-orm";

export type { Money, OrderLine, Shortage };

/**
 * `pending → confirmed | rejected | cancelled | expired` and `confirmed → shipped | cancelled`; the others
 * are final. An order is settled once it is not pending.
 */
export const orderStatuses = ["pending", "confirmed", "rejected", "cancelled", "expired", "shipped"] as const;
export type OrderStatus = (typeof orderStatuses)[number];

/** Why an order did not go through. */
export type Reason =
  | { readonly code: "insufficient-stock"; readonly shortages: Shortage[] }
  | { readonly code: "cancelled" }
  | { readonly code: "expired" };

/** What brought an order into a status: a message, a request or a clock. */
export const causes = [
  "placed",
  "stock.reserved",
  "stock.rejected",
  "cancel requested",
  "ship requested",
  "deadline passed",
] as const;
export type Cause = (typeof causes)[number];

export interface HistoryEntry {
  readonly status: OrderStatus;
  /** RFC 3339 in UTC, to the millisecond, by the database's clock. */
  readonly at: string;
  readonly cause: Cause;
}

export interface Order {
  readonly id: string;
  readonly customerId: string;
  readonly status: OrderStatus;
  readonly reason?: Reason;
  readonly lines: OrderLine[];
  readonly total: Money;
  readonly createdAt: string;
  readonly updatedAt: string;
  /** Oldest first. */
  readonly history: HistoryEntry[];
}

/** What an order's messages tell of the request that caused them. */
export type Trace = MessageContext;

/** What `orderColumns` selects. */
export interface OrderRow extends Record<string, unknown> {
  id: string;
  customer_id: string;
  status: OrderStatus;
  reason: Reason | null;
  lines: OrderLine[];
  /** A bigint, which the driver hands over as text. */
  total_amount: string;
  currency: string;
  created_at: string;
  updated_at: string;
  history: HistoryEntry[];
}

/** A time as the API, the history and the messages write it. */
export function rfc3339(time: SQL): SQL {
  return sql`to_char(${time} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;
}

/** Orders that are a customer's, or everybody's without one. */
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
    // jsonb sorts the keys its own way
    history: row.history.map(({ status, at, cause }) => ({ status, at, cause })),
  };
}
