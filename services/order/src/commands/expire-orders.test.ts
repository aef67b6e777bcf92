import assert from "node:assert/strict";
import { after, before, beforeEach, describe, it } from "node:test";
import { eventually } from "@rabbit-contract/messaging/testing";
import type { Database } from "@rabbit-contract/postgres";
import { sql } from "drizzle-orm";
import { log, product, reserved, type TestOrders, testOrders } from "../../testing/orders.ts";
import { startExpiry } from "../jobs/expire-orders.ts";

const overdue = { deadlineSeconds: -1 };

describe("expiring orders", () => {
  let orders: TestOrders;
  before(async () => {
    orders = await testOrders();
    await orders.stock(product("LAMP"));
  });
  after(() => orders.close());
  beforeEach(() => orders.clear());

  it("expires an order past its deadline, and sends order.expired", async () => {
    const { id } = await orders.placeOne(overdue);
    await orders.sent();
    assert.equal(await orders.expire(), 1);
    const order = await orders.order(id);
    assert.equal(order?.status, "expired");
    assert.deepEqual(order.reason, { code: "expired" });
    const { rows } = await orders.database.sql.execute<{ id: string }>(sql`select id from outbox`);
    assert.deepEqual(order.history.at(-1), {
      status: "expired",
      at: order.updatedAt,
      cause: "deadline passed",
      messageId: rows[0]?.id,
    });

    const [message] = await orders.sent();
    assert.equal(message?.type, "order.expired");
    const deadline = new Date(Date.parse(order.createdAt) - 1000).toISOString();
    assert.deepEqual(message.payload, {
      orderId: id,
      customerId: "customer-1",
      deadline,
      expiredAt: order.updatedAt,
    });
  });

  it("ignores orders that are not due or no longer pending", async () => {
    const due = await orders.placeOne(overdue);
    const confirmed = await orders.placeOne(overdue);
    const young = await orders.placeOne();
    await orders.handle("stockReserved", [reserved(confirmed.id)]);
    assert.equal(await orders.expire(), 1);
    assert.equal(await orders.expire(), 0);
    const statuses = await Promise.all(
      [due, confirmed, young].map(async ({ id }) => (await orders.order(id))?.status),
    );
    assert.deepEqual(statuses, ["expired", "confirmed", "pending"]);
  });

  it("takes the longest overdue first, up to the limit", async () => {
    const late = await orders.placeOne({ deadlineSeconds: -10 });
    const later = await orders.placeOne({ deadlineSeconds: -20 });
    assert.equal(await orders.expire(1), 1);
    assert.equal((await orders.order(late.id))?.status, "pending");
    assert.equal((await orders.order(later.id))?.status, "expired");
  });

  it("can run in several replicas at once; each order expires once", async () => {
    for (let index = 0; index < 40; index++) await orders.placeOne(overdue);
    await orders.sent();
    const counts = await Promise.all(Array.from({ length: 12 }, () => orders.expire(5)));
    let total = counts.reduce((sum, count) => sum + count, 0);
    for (let more = 1; more > 0; total += more) more = await orders.expire();
    assert.equal(total, 40);
    const expired = (await orders.sent()).map(({ correlationId }) => correlationId);
    assert.equal(expired.length, 40);
    assert.equal(new Set(expired).size, 40);
  });

  it("skips an order that another transaction has locked", async () => {
    const { id } = await orders.placeOne(overdue);
    await orders.database.transaction(async (tx) => {
      await tx.sql.execute(sql`select from orders where id = ${id} for update`);
      assert.equal(await orders.expire(), 0);
    });
    assert.equal(await orders.expire(), 1);
  });

  it("keeps going in steps until stopped", async () => {
    const { database, outbox } = orders;
    for (let index = 0; index < 5; index++) await orders.placeOne(overdue);
    const timer = startExpiry({ database, outbox, log });
    const expired = () => orders.database.sql.$count(sql`orders`, sql`status = 'expired'`);
    await eventually(async () => assert.equal(await expired(), 5));
    await orders.placeOne(overdue);
    await eventually(async () => assert.equal(await expired(), 6));
    await timer.stop(5_000);
    await orders.placeOne(overdue);
    assert.equal(await expired(), 6);
  });

  it("survives a database outage", async () => {
    let failures = 0;
    const flaky: Database = {
      ...orders.database,
      transaction: (work) => {
        if (++failures <= 3) return Promise.reject(new Error("Connection terminated unexpectedly"));
        return orders.database.transaction(work);
      },
    };
    const { id } = await orders.placeOne(overdue);
    const timer = startExpiry({ database: flaky, outbox: orders.outbox, log });
    await eventually(async () => assert.equal((await orders.order(id))?.status, "expired"));
    await timer.stop(5_000);
    assert.ok(failures > 3);
  });
});
