import type { OrderOutbox } from "@orders/generated/order";
import type { Database, Transaction } from "@rabbit-contract/postgres";
import type { Metrics } from "@rabbit-contract/service/telemetry";
import { sql } from "drizzle-orm";
import type { OrderStatus } from "./order.ts";

/** Seconds, from an idle system to an order about to expire. */
const settleBuckets = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 900];

/** Maximum number of pending orders that are counted; beyond it, the age of the oldest is enough to see the backlog. */
const countedOrders = 10_000;

/**
 * The outbox for commands that change orders: each of its messages reports one change, which is counted once its
 * transaction has committed. Not for reconciliation, which only repeats messages.
 */
export function countingOrders(outbox: OrderOutbox<Transaction>, metrics: Metrics): OrderOutbox<Transaction> {
  const changes = metrics.counter({
    name: "order_status_changes_total",
    help: "Orders that reached a status",
    labels: ["status"],
  });
  const settling = metrics.histogram({
    name: "order_settle_duration_seconds",
    help: "Time from placing an order until it was no longer pending, by the resulting status",
    labels: ["status"],
    buckets: settleBuckets,
  });
  const changed = (tx: Transaction, status: OrderStatus) => tx.afterCommit.push(() => changes({ status }));
  const settled = (tx: Transaction, status: OrderStatus, orderId: string, at: string) =>
    tx.afterCommit.push(() => {
      changes({ status });
      settling({ status }, Math.max(0, Date.parse(at) - placedAt(orderId)) / 1000);
    });
  return {
    orderCreated(tx, payload, context) {
      outbox.orderCreated(tx, payload, context);
      changed(tx, "pending");
    },
    orderConfirmed(tx, payload, context) {
      outbox.orderConfirmed(tx, payload, context);
      settled(tx, "confirmed", payload.orderId, payload.confirmedAt);
    },
    orderRejected(tx, payload, context) {
      outbox.orderRejected(tx, payload, context);
      settled(tx, "rejected", payload.orderId, payload.rejectedAt);
    },
    orderExpired(tx, payload, context) {
      outbox.orderExpired(tx, payload, context);
      settled(tx, "expired", payload.orderId, payload.expiredAt);
    },
    orderCancelled(tx, payload, context) {
      outbox.orderCancelled(tx, payload, context);
      // A confirmed order was already settled and counted.
      if (payload.previousStatus === "pending")
        settled(tx, "cancelled", payload.orderId, payload.cancelledAt);
      else changed(tx, "cancelled");
    },
    orderShipped(tx, payload, context) {
      outbox.orderShipped(tx, payload, context);
      changed(tx, "shipped");
    },
  };
}

/** Milliseconds since 1970: an order's id is a UUIDv7, created when it is placed. */
function placedAt(orderId: string): number {
  return Number.parseInt(orderId.slice(0, 8) + orderId.slice(9, 13), 16);
}

/** The pending orders in the service's database, of all its processes. They have an index of their own. */
export function samplePendingOrders(metrics: Metrics, database: Pick<Database, "sql">): void {
  metrics.sample({
    gauges: {
      orders_pending: `Orders that are pending in the service's database, at most ${countedOrders}`,
      orders_pending_oldest_age_seconds:
        "Age of the pending order with the earliest deadline; 0 if no order is pending",
    },
    async read() {
      const { rows } = await database.sql.execute<{ pending: number; age: number }>(sql`
        select
          (select count(*)::int
           from (select from orders where status = 'pending' limit ${countedOrders}) as counted) as pending,
          coalesce((
            select extract(epoch from greatest(now() - created_at, '0'))::float8
            from orders where status = 'pending' order by deadline limit 1), 0) as age`);
      const [{ pending, age } = { pending: 0, age: 0 }] = rows;
      return { orders_pending: pending, orders_pending_oldest_age_seconds: age };
    },
  });
}
