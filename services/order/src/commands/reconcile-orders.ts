/** Tells again what became of orders. */

import type { OrderOutbox } from "@orders/generated/order";
import type { Transaction } from "@rabbit-contract/postgres";
import { idsOf, type Source, type TimeRange, timesOf } from "@rabbit-contract/service/reconciliation";
import { type SQL, sql } from "drizzle-orm";
import { type HistoryEntry, type Order, type OrderRow, orderColumns, orderOf, rfc3339 } from "../order.ts";

/** Those with these ids, or those that were placed in the range of time. */
export interface OrderSelection extends TimeRange {
  readonly orderIds?: readonly string[];
}

type TellableOrder = Order & { readonly deadline: string };

/**
 * A message for each status that the order has had, with the time of then; `order.created` only while it is
 * pending, since a settled order needs nothing more from the inventory than to hear how it ended.
 */
export function ordersToTell(outbox: OrderOutbox<Transaction>, selection: OrderSelection): Source {
  const chosen = conditionOf(selection);
  return async (tx, after, limit) => {
    const { rows } = await tx.sql.execute<OrderRow & { deadline: string }>(sql`
      select ${orderColumns}, ${rfc3339(sql`orders.deadline`)} as deadline
      from orders
      where ${chosen} and ${after === undefined ? sql`true` : sql`id > ${after}::uuid`}
      order by id limit ${limit}`);
    const orders = rows.map((row) => ({ ...orderOf(row), deadline: row.deadline }));
    for (const order of orders) tell(outbox, tx, order);
    return { count: orders.length, last: orders.length === limit ? orders.at(-1)?.id : undefined };
  };
}

function conditionOf({ orderIds, ...range }: OrderSelection): SQL {
  if (orderIds !== undefined) return sql`id = any(${sql.param(orderIds)}::uuid[])`;
  return sql`${idsOf(sql`id`, range)} and ${timesOf(sql`created_at`, range)}`;
}

function tell(outbox: OrderOutbox<Transaction>, tx: Transaction, order: TellableOrder): void {
  for (const [index, entry] of order.history.entries()) {
    tellStatus(outbox, tx, order, entry, order.history[index - 1]);
  }
}

function tellStatus(
  outbox: OrderOutbox<Transaction>,
  tx: Transaction,
  order: TellableOrder,
  { status, at }: HistoryEntry,
  before: HistoryEntry | undefined,
): void {
  const { customerId, lines, total, reason } = order;
  const whose = { orderId: order.id, customerId };
  switch (status) {
    case "pending":
      if (order.status !== "pending") break;
      outbox.orderCreated(tx, { ...whose, lines, total, createdAt: at });
      break;
    case "confirmed":
      outbox.orderConfirmed(tx, { ...whose, lines, total, confirmedAt: at });
      break;
    case "rejected": {
      const shortages = reason?.code === "insufficient-stock" ? reason.shortages : [];
      outbox.orderRejected(tx, { ...whose, shortages, rejectedAt: at });
      break;
    }
    case "cancelled": {
      const previousStatus = before?.status === "confirmed" ? "confirmed" : "pending";
      outbox.orderCancelled(tx, { ...whose, previousStatus, cancelledAt: at });
      break;
    }
    case "expired":
      outbox.orderExpired(tx, { ...whose, deadline: order.deadline, expiredAt: at });
      break;
    case "shipped":
      outbox.orderShipped(tx, { ...whose, lines, shippedAt: at });
      break;
  }
}
