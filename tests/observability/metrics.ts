import assert from "node:assert/strict";
import { before, describe, it } from "node:test";
import { type ServiceName, serviceNames } from "@orders/stack";
import { eventually } from "@rabbit-contract/messaging/testing";
import { valuesOf } from "@rabbit-contract/service/testing";
import { client, system } from "./system.ts";

describe("the metrics of the system", () => {
  before(() => client.product("COUNTED", { onHand: 10 }));

  async function scrape(service: ServiceName): Promise<Map<string, number>> {
    const response = await fetch(`${system.service(service).adminUrl}/metrics`);
    assert.equal(response.status, 200);
    return valuesOf(await response.text());
  }

  type Scrape = Awaited<ReturnType<typeof scrape>>;
  const growth = (before: Scrape, now: Scrape) => (series: string) =>
    (now.get(series) ?? 0) - (before.get(series) ?? 0);

  it("follow an order through all three services", async () => {
    const [orderBefore, notificationBefore] = await Promise.all([scrape("order"), scrape("notification")]);
    const { id } = await client.place("c-1", [{ sku: "COUNTED", quantity: 1 }]);
    await client.orderIn(id, "confirmed");
    await client.kinds(id, "order-confirmed");

    await eventually(async () => {
      const order = await scrape("order");
      const grown = growth(orderBefore, order);
      assert.equal(grown('order_status_changes_total{status="confirmed"}'), 1);
      assert.equal(grown('order_settle_duration_seconds_count{status="confirmed"}'), 1);
      assert.ok(grown('order_settle_duration_seconds_sum{status="confirmed"}') < 60);
      assert.equal(grown('outbox_messages_total{message="order.confirmed"}'), 1);
      assert.equal(grown('outbox_publish_duration_seconds_count{message="order.confirmed"}'), 1);
      const stock = 'queue="order.stock",message="stock.reserved",outcome="done"';
      assert.equal(grown(`messaging_deliveries_total{${stock}}`), 1);
      assert.equal(order.get('messaging_queue_messages{queue="order.stock"}'), 0);
      assert.equal(order.get('messaging_queue_consumers{queue="order.stock"}'), 1);
      assert.equal(order.get('database_pool_waiting_requests{share="requests"}'), 0);

      const notification = await scrape("notification");
      const told = 'queue="notification.orders",message="order.confirmed",outcome="done"';
      assert.equal(growth(notificationBefore, notification)(`messaging_deliveries_total{${told}}`), 1);
      assert.ok((notification.get('messaging_batch_messages_count{queue="notification.orders"}') ?? 0) >= 1);
    });
  });

  it("count an undecodable message and its dead letter", async () => {
    const before = await scrape("inventory");
    await system.host.publish({ exchange: "orders", routingKey: "order.created", payload: "{" });
    await eventually(async () => {
      const inventory = await scrape("inventory");
      const dead = 'queue="inventory.orders",reason="undecodable"';
      const grown = growth(before, inventory);
      assert.equal(grown(`messaging_dead_letters_total{${dead}}`), 1);
      assert.equal(inventory.get('messaging_queue_messages{queue="inventory.orders.dead"}'), 1);
      const outcome = 'queue="inventory.orders",message="unknown",outcome="dead-lettered"';
      assert.equal(grown(`messaging_deliveries_total{${outcome}}`), 1);
    });
  });

  it("show waiting messages while inventory is down", async () => {
    await system.service("inventory").stop();
    const { id } = await client.place("c-2", [{ sku: "COUNTED", quantity: 1 }]);
    await eventually(
      async () => {
        const order = await scrape("order");
        assert.ok((order.get("orders_pending") ?? 0) >= 1);
        assert.ok((order.get("orders_pending_oldest_age_seconds") ?? 0) > 0);
        assert.equal(order.get("outbox_rows"), 0);
      },
      { timeout: 30_000 },
    );
    await system.start("inventory");
    await client.orderIn(id, "confirmed", 30_000);
  });

  it("have no label with unbounded values: no customers, orders, products or paths", async () => {
    const path = "/orders/0199f3d2-5f0e-7c4a-8b1d-2f6a9c3e4d5b";
    await client.call("order", "GET", path);
    await client.call("order", "GET", `/no/such${path}?customerId=c-1`);
    for (const service of serviceNames) {
      const series = [...(await scrape(service)).keys()];
      assert.ok(series.length > 50);
      assert.deepEqual(
        series.filter((one) => /c-\d|COUNTED|[0-9a-f]{8}-|such/.test(one)),
        [],
      );
    }
  });
});
