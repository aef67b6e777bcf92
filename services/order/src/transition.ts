/** The only place that changes the status of orders. */
import { rfc3339, type Transaction } from "@rabbit-contract/postgres";
import { type SQL, sql } from "drizzle-orm";
import type { Cause, Money, Order, OrderLine, OrderStatus } from "./order.ts";
import { ownedBy, totalOf } from "./order-rows.ts";
import { findOrder } from "./queries/orders.ts";
import { UnknownOrder, WrongStatus } from "./refusals.ts";
import type { Step } from "./step.ts";

export interface Transition {
  readonly to: OrderStatus;
  /** Previous statuses that allow the transition; in any other the order stays as it is. */
  readonly from: readonly OrderStatus[];
  readonly cause: Cause;
  /** The order's reason as jsonb, an expression that may use `orders.id`. @default null */
  readonly reason?: SQL;
  /** By the order's id. */
  readonly steps: Readonly<Record<string, Step>>;
}

export interface Attempt {
  readonly id: string;
  /** Status before the transition, and after it as well unless the order moved. */
  readonly previousStatus: OrderStatus;
  /** Absent if its status did not allow the transition. */
  readonly moved?: MovedOrder;
}

/** An order that has moved, as messages describe it. */
export interface MovedOrder {
  readonly id: string;
  readonly customerId: string;
  readonly lines: OrderLine[];
  readonly total: Money;
  readonly deadline: string;
  /** Time of the transition. */
  readonly at: string;
}

/**
 * Locks orders, only those of one customer if one is given, always in the same sequence, so that two transactions
 * cannot deadlock.
 */
export function ordersById(ids: readonly string[], customerId?: string): SQL {
  return sql`
    select id, status from orders
    where id = any(${sql.param(ids)}::uuid[]) and ${ownedBy(customerId)} order by id for update`;
}

/**
 * Moves those of the locked orders whose status allows it and adds the change to their history, in one
 * statement. If several transitions compete for an order, each decides by the status that it finds once it
 * holds the row's lock; so exactly one of them moves it.
 *
 * @param locked selects id and status `for update`
 * @returns one attempt for each order that exists, in no particular order
 */
export async function transition(tx: Transaction, locked: SQL, change: Transition): Promise<Attempt[]> {
  const { to, from, cause, reason = sql`null`, steps } = change;
  // "locked" has the status after waiting for the locks; "orders" shows the one before. The time is formatted once, not
  // for each row.
  const { rows } = await tx.sql.execute<AttemptRow>(sql`
    with locked as materialized (
      ${locked}
    ), clock as materialized (
      select now, at, jsonb_build_object('status', ${to}::text, 'at', at, 'cause', ${cause}::text) as entry
      from (select date_trunc('milliseconds', clock_timestamp()) as now from (select count(*) from locked) as held) as rounded,
        lateral (select ${rfc3339(sql`now`)} as at) as written
    ), moved as (
      update orders set
        status = ${to}, reason = ${reason}, updated_at = clock.now,
        history = orders.history || (clock.entry || (${JSON.stringify(steps)}::jsonb -> orders.id::text))
      from locked, clock
      where orders.id = locked.id and locked.status = any(${sql.param(from)}::text[])
      returning orders.id, orders.customer_id as "customerId", orders.lines, ${totalOf} as total,
        ${rfc3339(sql`orders.deadline`)} as deadline, clock.at
    )
    select locked.id as "lockedId", locked.status as "previousStatus", moved.*
    from locked left join moved on moved.id = locked.id`);
  return rows.map(({ lockedId: id, previousStatus, ...moved }) => ({
    id,
    previousStatus,
    ...(moved.id !== null && { moved }),
  }));
}

type AttemptRow = Record<string, unknown> & { readonly lockedId: string } & Pick<Attempt, "previousStatus"> &
  (MovedOrder | { readonly id: null });

export interface RequestedTransition {
  readonly orderId: string;
  /** If given, other customers' orders are unknown. */
  readonly customerId?: string | undefined;
}

/**
 * Moves one order on request; safe to repeat.
 * @returns the order, and the attempt; without `moved`, the order already had that status
 * @throws UnknownOrder
 * @throws WrongStatus
 */
export async function transitionOne(
  tx: Transaction,
  { orderId, customerId }: RequestedTransition,
  change: Transition,
): Promise<{ readonly order: Order; readonly attempt: Attempt }> {
  const [attempt] = await transition(tx, ordersById([orderId], customerId), change);
  const order = attempt && (await findOrder(tx.sql, orderId));
  if (attempt === undefined || order === undefined) throw new UnknownOrder(orderId);
  if (attempt.moved === undefined && order.status !== change.to) throw new WrongStatus(order, change);
  return { order, attempt };
}
