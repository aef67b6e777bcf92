import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { Metrics } from "@rabbit-contract/service/telemetry";
import { valuesOf } from "@rabbit-contract/service/testing";
import { product, request, type TestOrders, testOrders } from "../testing/orders.ts";
import { cancelOrder } from "./commands/cancel-order.ts";
import { placeOrders } from "./commands/place-orders.ts";
import { countingOrders, samplePendingOrders } from "./metrics.ts";

describe("the metrics of orders", () => {
  let orders: TestOrders;
  before(async () => {
    orders = await testOrders();
    await orders.stock(product("LAMP"));
  });
  after(() => orders.close());

  function counting() {
    const metrics = new Metrics();
    const outbox = countingOrders(orders.outbox, metrics);
    const place = async () => {
      const toPlace = { requests: [request({ LAMP: 1 })], deadlineSeconds: 900 };
      const [placement] = await orders.database.transaction((tx) => placeOrders({ tx, outbox }, toPlace));
      assert.ok(placement?.kind === "placed");
      return placement.order.id;
    };
    return { metrics, outbox, place };
  }

  it("count a change once it is committed, and the time until an order was settled", async () => {
    const { metrics, outbox, place } = counting();
    const id = await place();
    await assert.rejects(
      orders.database.transaction(async (tx) => {
        await cancelOrder({ tx, outbox }, { orderId: id });
        throw new Error("rolled back");
      }),
      /rolled back/,
    );
    const before = valuesOf(await metrics.text());
    assert.equal(before.get('order_status_changes_total{status="pending"}'), 1);
    assert.equal(before.has('order_status_changes_total{status="cancelled"}'), false);

    await orders.database.transaction((tx) => cancelOrder({ tx, outbox }, { orderId: id }));
    const after = valuesOf(await metrics.text());
    assert.equal(after.get('order_status_changes_total{status="cancelled"}'), 1);
    assert.equal(after.get('order_settle_duration_seconds_count{status="cancelled"}'), 1);
    const seconds = after.get('order_settle_duration_seconds_sum{status="cancelled"}') ?? -1;
    assert.ok(seconds >= 0 && seconds < 60, `it took ${seconds} s`);
  });

  it("do not count an order as settled again if it is cancelled after confirmation", async () => {
    const { metrics, outbox, place } = counting();
    const id = await place();
    await orders.handle("stockReserved", [{ orderId: id, reservedAt: new Date().toISOString() }]);
    await orders.database.transaction((tx) => cancelOrder({ tx, outbox }, { orderId: id }));
    const values = valuesOf(await metrics.text());
    assert.equal(values.get('order_status_changes_total{status="cancelled"}'), 1);
    assert.equal(values.has('order_settle_duration_seconds_count{status="cancelled"}'), false);
  });

  it("show the number of pending orders and the age of the oldest, using only the index of pending orders", async () => {
    await orders.clear();
    const { metrics, place } = counting();
    samplePendingOrders(metrics, orders.database);
    await place();
    await place();
    const values = valuesOf(await metrics.text());
    assert.equal(values.get("orders_pending"), 2);
    assert.ok((values.get("orders_pending_oldest_age_seconds") ?? -1) >= 0);
  });
});
