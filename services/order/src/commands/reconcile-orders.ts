/** Republishes the outcomes of orders. */

import type { OrderOutbox } from "@orders/generated/order";
import { rfc3339, type Transaction } from "@rabbit-contract/postgres";
import { idsOf, type Source, type TimeRange, timesOf } from "@rabbit-contract/service/reconciliation";
import { type SQL, sql } from "drizzle-orm";
import type { HistoryEntry, Order } from "../order.ts";
import { type OrderRow, orderColumns, orderOf } from "../order-rows.ts";

/** Selects orders by id, or by the time they were placed. */
export interface OrderSelection extends TimeRange {
  readonly orderIds?: readonly string[];
}

type OrderToSend = Order & { readonly deadline: string };

/**
 * The messages of every status that an order has had, with their original times; `order.created` only while it is
 * pending, since inventory only needs the outcome of a settled order.
 */
export function ordersToSend(outbox: OrderOutbox<Transaction>, selection: OrderSelection): Source {
  const chosen = conditionOf(selection);
  return async (tx, after, limit) => {
    const { rows } = await tx.sql.execute<OrderRow & { deadline: string }>(sql`
      select ${orderColumns}, ${rfc3339(sql`orders.deadline`)} as deadline
      from orders
      where ${chosen} and ${after === undefined ? sql`true` : sql`id > ${after}::uuid`}
      order by id limit ${limit}`);
    const orders = rows.map((row) => ({ ...orderOf(row), deadline: row.deadline }));
    for (const order of orders) sendAll(outbox, tx, order);
    return { count: orders.length, last: orders.length === limit ? orders.at(-1)?.id : undefined };
  };
}

function conditionOf({ orderIds, ...range }: OrderSelection): SQL {
  if (orderIds !== undefined) return sql`id = any(${sql.param(orderIds)}::uuid[])`;
  return sql`${idsOf(sql`id`, range)} and ${timesOf(sql`created_at`, range)}`;
}

function sendAll(outbox: OrderOutbox<Transaction>, tx: Transaction, order: OrderToSend): void {
  for (const [index, entry] of order.history.entries()) {
    sendStatus(outbox, tx, order, entry, order.history[index - 1]);
  }
}

function sendStatus(
  outbox: OrderOutbox<Transaction>,
  tx: Transaction,
  order: OrderToSend,
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
