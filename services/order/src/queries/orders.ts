import { firstUuidOf } from "@rabbit-contract/postgres";
import { type SQL, sql } from "drizzle-orm";
import type { NodePgDatabase } from "drizzle-orm/node-postgres";
import type { Order, OrderStatus } from "../order.ts";
import { type OrderRow, orderColumns, orderOf, ownedBy } from "../order-rows.ts";

type Executor = Pick<NodePgDatabase, "execute">;

/** @param customerId if given, other customers' orders are not found */
export async function findOrder(
  executor: Executor,
  id: string,
  customerId?: string,
): Promise<Order | undefined> {
  const [order] = await select(executor, sql`id = ${id} and ${ownedBy(customerId)}`, 1);
  return order;
}

export async function findOrders(executor: Executor, ids: readonly string[]): Promise<Order[]> {
  return ids.length === 0 ? [] : select(executor, sql`id = any(${sql.param(ids)}::uuid[])`, ids.length);
}

/** The orders among these that are no longer pending. */
export function findSettled(executor: Executor, ids: readonly string[]): Promise<Order[]> {
  return select(executor, sql`id = any(${sql.param(ids)}::uuid[]) and status <> 'pending'`, ids.length);
}

export interface OrderFilter {
  readonly customerId?: string | undefined;
  readonly status?: OrderStatus | undefined;
  /** RFC 3339: only orders placed then or later. */
  readonly placedFrom?: string | undefined;
  /** RFC 3339: only orders placed before. */
  readonly placedBefore?: string | undefined;
  /** Only orders older than the one with this id. */
  readonly after?: string | undefined;
  readonly limit: number;
}

/** Newest first. */
export function listOrders(executor: Executor, filter: OrderFilter): Promise<Order[]> {
  const conditions = [ownedBy(filter.customerId)];
  if (filter.status !== undefined) conditions.push(sql`status = ${filter.status}`);
  // An id contains the time its order was placed, and every index ends with the id.
  if (filter.placedFrom !== undefined) conditions.push(sql`id >= ${firstUuidOf(timeOf(filter.placedFrom))}`);
  if (filter.placedBefore !== undefined)
    conditions.push(sql`id < ${firstUuidOf(timeOf(filter.placedBefore))}`);
  if (filter.after !== undefined) conditions.push(sql`id < ${filter.after}`);
  return select(executor, sql.join(conditions, sql` and `), filter.limit);
}

const timeOf = (time: string) => sql`${time}::timestamptz`;

async function select(executor: Executor, condition: SQL, limit: number): Promise<Order[]> {
  const { rows } = await executor.execute<OrderRow>(
    sql`select ${orderColumns} from orders where ${condition} order by id desc limit ${limit}`,
  );
  return rows.map(orderOf);
}

/** Whether an order is pending past its deadline. Cheaper for an idle system than a transaction that finds none. */
export async function anyOverdue(executor: Executor): Promise<boolean> {
  const { rows } = await executor.execute<{ overdue: boolean }>(
    sql`select exists (select from orders where status = 'pending' and deadline <= now()) as overdue`,
  );
  return rows[0]?.overdue ?? false;
}
