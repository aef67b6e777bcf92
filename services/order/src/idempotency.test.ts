import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { sql } from "drizzle-orm";
import { product, request, type TestOrders, testOrders } from "../testing/orders.ts";
import { orderKeys } from "./idempotency.ts";

describe("forgetting idempotency keys", () => {
  let orders: TestOrders;
  before(async () => {
    orders = await testOrders();
    await orders.stock(product("LAMP"));
  });
  after(() => orders.close());

  const place = async (key: string) => {
    const idempotency = { owner: "customer-1", key, hash: "same" };
    const [placement] = await orders.place([request({ LAMP: 1 }, { idempotency })]);
    return placement?.kind;
  };

  it("lets an expired key place another order, and no other key", async () => {
    for (const key of ["old", "older", "young"]) assert.equal(await place(key), "placed");
    await orders.database.sql.execute(sql`
      update idempotency_keys set created_at = now() - interval '25 hours' where key <> 'young'`);
    const chore = orderKeys.forget(86_400_000);
    const run = () => chore.run(orders.database.sql, 1);
    assert.deepEqual([await run(), await run(), await run()], [1, 1, 0]);
    assert.equal(await place("young"), "repeated");
    assert.equal(await place("old"), "placed");
    assert.equal(await orders.count("orders"), 4);
  });
});
