import type { Transaction } from "@rabbit-contract/postgres";
import { sql } from "drizzle-orm";
import { type Money, type OrderLine, rfc3339 } from "../order.ts";

export interface NewOrder {
  readonly id: string;
  readonly customerId: string;
  readonly lines: OrderLine[];
  readonly total: Money;
}

/**
 * Keeps new orders, pending.
 * @returns the time at which they were placed, the same for all; "" for none
 */
export async function insertOrders(
  tx: Transaction,
  orders: readonly NewOrder[],
  deadlineSeconds: number,
): Promise<string> {
  if (orders.length === 0) return "";
  const values = orders.map(({ id, customerId, lines, total }) => ({ id, customerId, lines, ...total }));
  // The clock is materialized, so that its texts are made once and not for each row.
  const { rows } = await tx.sql.execute<{ at: string }>(sql`
    with clock as materialized (
      select now, at, jsonb_build_array(jsonb_build_object('status', 'pending', 'at', at, 'cause', 'placed')) as history
      from (select date_trunc('milliseconds', now()) as now) as rounded, lateral (select ${rfc3339(sql`now`)} as at) as text
    ), placed as (
      insert into orders
        (id, customer_id, status, lines, total_amount, currency, deadline, created_at, updated_at, history)
      select id, "customerId", 'pending', lines, amount, currency,
             now + ${deadlineSeconds} * interval '1 second', now, now, history
      from json_to_recordset(${JSON.stringify(values)}::json) as placed
             (id uuid, "customerId" text, lines jsonb, amount bigint, currency text), clock
    )
    select at from clock`);
  return rows[0]?.at ?? "";
}
