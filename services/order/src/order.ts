import type { Money, OrderLine, Shortage } from "@orders/generated/messages";

export type { Money, OrderLine, Shortage };

/**
 * `pending → confirmed | rejected | cancelled | expired` and `confirmed → shipped | cancelled`; the others
 * are final. An order is settled once it is not pending.
 */
export const orderStatuses = ["pending", "confirmed", "rejected", "cancelled", "expired", "shipped"] as const;
export type OrderStatus = (typeof orderStatuses)[number];

export type Reason =
  | { readonly code: "insufficient-stock"; readonly shortages: Shortage[] }
  | { readonly code: "cancelled" }
  | { readonly code: "expired" };

/** The cause of a status: a message, a request or a timer. */
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
  /** Id of the message that reports it. */
  readonly messageId?: string;
  /** Id of the message that caused it; absent when a request or a timer did. */
  readonly causationId?: string;
  /** The 32 hex digits of the W3C trace that it happened in. */
  readonly traceId?: string;
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
