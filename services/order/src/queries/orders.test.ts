import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { changedUrl, serverUrl } from "@rabbit-contract/messaging/testing";
import { rowsOf } from "@rabbit-contract/postgres/testing";
import { type SQL, sql } from "drizzle-orm";
import { testOrders } from "../../testing/orders.ts";
import { listOrders, type OrderFilter } from "./orders.ts";

describe("the list of orders", () => {
  let orders: Awaited<ReturnType<typeof testOrders>>;

  before(async () => {
    orders = await testOrders();
    // One in a thousand has expired; they come from 20 customers.
    await orders.database.sql.execute(sql`
      insert into orders
        (id, customer_id, status, lines, total_amount, currency, deadline, created_at, updated_at, history)
      select ('019a4f2e-' || lpad(to_hex(n), 4, '0') || '-7000-8000-000000000000')::uuid, 'customer-' || n % 20,
             case when n % 1000 = 0 then 'expired' when n % 2 = 0 then 'shipped' else 'confirmed' end,
             '[]', 0, 'EUR', now(), now(), now(), '[]'
      from generate_series(1, 20000) as n`);
    const path = new URL(orders.url).pathname.slice(1);
    await rowsOf(changedUrl(serverUrl("DATABASE_URL"), { path }), "analyze orders");
  });
  after(() => orders.close());

  /** PostgreSQL's plan for a list. */
  async function planOf(filter: Omit<OrderFilter, "limit">): Promise<string> {
    let plan = "";
    const execute = (query: SQL) =>
      orders.database.sql.execute<{ "QUERY PLAN": string }>(sql`explain ${query}`);
    const explaining: Parameters<typeof listOrders>[0] = Object.create(orders.database.sql, {
      execute: {
        async value(query: SQL) {
          const { rows } = await execute(query);
          plan = rows.map((row) => row["QUERY PLAN"]).join("\n");
          return { rows: [] };
        },
      },
    });
    await listOrders(explaining, { ...filter, limit: 50 });
    return plan;
  }

  const middle = "019a4f2e-4000-7000-8000-000000000000";
  const filters: readonly Omit<OrderFilter, "limit">[] = [
    {},
    { after: middle },
    { customerId: "customer-1" },
    { customerId: "customer-1", after: middle },
    { status: "expired" },
    { status: "expired", after: middle },
    { status: "rejected" },
    { status: "shipped" },
    { customerId: "customer-1", status: "expired" },
    { placedFrom: "2025-11-05T00:00:00Z", placedBefore: "2025-11-06T00:00:00Z" },
    { status: "expired", placedBefore: "2025-11-06T00:00:00Z" },
  ];
  for (const filter of filters)
    it(`reads an index and not the whole table, filtered by ${JSON.stringify(filter)}`, async () => {
      const plan = await planOf(filter);
      assert.doesNotMatch(plan, /Seq Scan/);
      if (filter.status === "expired") assert.match(plan, /orders_by_status/);
    });
});
