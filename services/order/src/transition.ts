/** The only place that changes an order's status. */
import { type SQL, sql } from "drizzle-orm";
import type { Transaction } from "#platform/database.ts";
import {
  type Cause,
  type Order,
  type OrderRow,
  type OrderStatus,
  orderColumns,
  orderOf,
  ownedBy,
  rfc3339,
} from "./order.ts";

export interface Transition {
  readonly to: OrderStatus;
  /** Statuses that an order may come from; in any other it stays as it is. */
  readonly from: readonly OrderStatus[];
  readonly cause: Cause;
  /** The order's reason as jsonb, an expression that may use `orders.id`. @default null */
  readonly reason?: SQL;
}

/** What became of one order. */
export interface Attempt {
  readonly id: string;
  /** Status before the transition; also the one after it, unless the order moved. */
  readonly previousStatus: OrderStatus;
  /** The order after the transition, with its deadline; absent when its status did not allow it. */
  readonly moved?: Order & { readonly deadline: string };
}

/**
 * Locks orders, those of one customer if one is given, always in the same sequence, so that two transactions never wait
 * for each other in a circle.
 */
export function ordersById(ids: readonly string[], customerId?: string): SQL {
  return sql`
    select id, status from orders
    where id = any(${sql.param(ids)}::uuid[]) and ${ownedBy(customerId)} order by id for update`;
}

/**
 * Moves those of the locked orders whose status allows it and adds the change to their history, in one
 * statement. When several transitions compete for an order, in whichever processes, each of them decides by
 * the status that it finds once it holds the row's lock; so exactly one of those that exclude each other moves it.
 *
 * @param locked selects id and status `for update`
 * @returns one attempt for each order that exists, in no particular sequence
 */
export async function transition(tx: Transaction, locked: SQL, change: Transition): Promise<Attempt[]> {
  const { to, from, cause, reason = sql`null` } = change;
  // Only "locked" has the status, and a time, from after the wait for the lock: "orders" shows what was before it.
  const { rows } = await tx.sql.execute<AttemptRow>(sql`
    with locked as materialized (
      select id, status, date_trunc('milliseconds', clock_timestamp()) as now from (${locked}) as locked
    ), moved as (
      update orders set
        status = ${to},
        reason = ${reason},
        updated_at = locked.now,
        history = orders.history || jsonb_build_object(
          'status', ${to}::text, 'at', ${rfc3339(sql`locked.now`)}, 'cause', ${cause}::text)
      from locked
      where orders.id = locked.id and locked.status = any(${sql.param(from)}::text[])
      returning ${orderColumns}, ${rfc3339(sql`orders.deadline`)} as deadline
    )
    select locked.id as locked_id, locked.status as previous_status, moved.*
    from locked left join moved on moved.id = locked.id`);
  return rows.map((row) => ({
    id: row.locked_id,
    previousStatus: row.previous_status,
    ...(isMoved(row) ? { moved: { ...orderOf(row), deadline: row.deadline } } : {}),
  }));
}

type MovedRow = OrderRow & { deadline: string };
type AttemptRow = { locked_id: string; previous_status: OrderStatus } & (MovedRow | { id: null });

const isMoved = (row: AttemptRow): row is AttemptRow & MovedRow => row.id !== null;
