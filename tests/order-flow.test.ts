import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { bodyOf } from "@orders/stack/rest";
import { Client } from "@orders/stack/testing/client";
import { startSystem, type TestSystem } from "@orders/stack/testing/system";
import { eventually } from "@rabbit-contract/messaging/testing";

describe("the order flow", () => {
  let system: TestSystem;
  let client: Client;

  before(async () => {
    system = await startSystem();
    client = new Client(system);
  });

  after(async () => {
    await system.stop();
  });

  it("confirms an order for products in stock, and notifies the customer", async () => {
    await client.product("IN-STOCK", { onHand: 10 });
    const placed = await client.place("c-1", [{ sku: "IN-STOCK", quantity: 3 }]);
    assert.equal(placed.status, "pending");
    assert.deepEqual(placed.total, { amount: 3750, currency: "EUR" });
    const order = await client.orderIn(placed.id, "confirmed");
    assert.deepEqual(
      order.history.map(({ status, cause }) => `${status}: ${cause}`),
      ["pending: placed", "confirmed: stock.reserved"],
    );
    assert.deepEqual(await client.stock("IN-STOCK"), { onHand: 10, reserved: 3, available: 7 });
    await client.kinds(placed.id, "order-confirmed");
  });

  it("rejects an order for more than is in stock, and names each shortage", async () => {
    await client.product("SCARCE", { onHand: 2 });
    await client.product("PLENTY", { onHand: 50 });
    const placed = await client.place("c-2", [
      { sku: "PLENTY", quantity: 5 },
      { sku: "SCARCE", quantity: 3 },
    ]);
    const order = await client.orderIn(placed.id, "rejected");
    const shortages = [{ sku: "SCARCE", requested: 3, available: 2 }];
    assert.deepEqual(order.reason, { code: "insufficient-stock", shortages });
    assert.deepEqual(await client.stock("PLENTY"), { onHand: 50, reserved: 0, available: 50 });
    await client.kinds(placed.id, "order-rejected");
  });

  it("releases the stock of a confirmed order that is cancelled", async () => {
    await client.product("RETURNED", { onHand: 5 });
    const placed = await client.place("c-3", [{ sku: "RETURNED", quantity: 4 }]);
    await client.orderIn(placed.id, "confirmed");
    assert.equal((await client.cancel(placed.id)).status, "cancelled");
    await eventually(async () => {
      assert.deepEqual(await client.stock("RETURNED"), { onHand: 5, reserved: 0, available: 5 });
    });
    await client.kinds(placed.id, "order-confirmed", "order-cancelled");
  });

  it("releases the stock of an order that is cancelled at once, whichever message comes first", async () => {
    await client.product("AT-ONCE", { onHand: 100 });
    const orders = await Promise.all(
      Array.from({ length: 20 }, async (_, index) => {
        const placed = await client.place(`c-${index}`, [{ sku: "AT-ONCE", quantity: 5 }]);
        assert.equal((await client.cancel(placed.id)).status, "cancelled");
        return placed;
      }),
    );
    await system.quiet();
    for (const { id } of orders) {
      assert.equal((await client.order(id)).status, "cancelled");
      const reservation = await client.call<{ status: string }>("inventory", "GET", `/reservations/${id}`);
      assert.equal(reservation.body.status, "released");
    }
    assert.deepEqual(await client.stock("AT-ONCE"), { onHand: 100, reserved: 0, available: 100 });
  });

  it("takes the stock of a shipped order", async () => {
    await client.product("SHIPPED", { onHand: 5 });
    const placed = await client.place("c-4", [{ sku: "SHIPPED", quantity: 2 }]);
    await client.orderIn(placed.id, "confirmed");
    const { order } = await client.as();
    assert.equal((await bodyOf(order.orders({ orderId: placed.id }).ship.post())).status, "shipped");
    await eventually(async () => {
      assert.deepEqual(await client.stock("SHIPPED"), { onHand: 3, reserved: 0, available: 3 });
    });
    await client.kinds(placed.id, "order-confirmed", "order-shipped");
  });

  it("waits for the outcome as long as the client prefers", async () => {
    await client.product("WAITED-FOR", { onHand: 1 });
    const { order } = await client.as();
    const { status, data } = await order.orders.post(
      { customerId: "c-5", lines: [{ sku: "WAITED-FOR", quantity: 1 }] },
      { headers: { prefer: "wait=30" } },
    );
    assert.equal(status, 200);
    assert.equal(data?.status, "confirmed");
  });

  it("never sells more than is in stock, to 100 clients at once", async () => {
    await client.product("LAST-TEN", { onHand: 10 });
    const orders = await Promise.all(
      Array.from({ length: 100 }, (_, index) =>
        client.place(`c-${index}`, [{ sku: "LAST-TEN", quantity: 1 }]),
      ),
    );
    const settled = await eventually(async () => {
      const now = await Promise.all(orders.map(({ id }) => client.order(id)));
      assert.equal(now.filter(({ status }) => status === "pending").length, 0);
      return now;
    });
    await system.quiet();
    assert.equal(settled.filter(({ status }) => status === "confirmed").length, 10);
    assert.deepEqual(await client.stock("LAST-TEN"), { onHand: 10, reserved: 10, available: 0 });
  });

  it("notifies the operators once when a product runs low", async () => {
    await client.product("RUNNING-LOW", { onHand: 10, lowStockThreshold: 5 });
    for (const quantity of [4, 1, 1]) {
      const { id } = await client.place("c-6", [{ sku: "RUNNING-LOW", quantity }]);
      await client.orderIn(id, "confirmed");
    }
    await system.quiet();
    const { notification } = await client.as();
    const query = { audience: "operators", limit: 100 } as const;
    const { items } = await bodyOf(notification.notifications.get({ query }));
    assert.equal(items.filter(({ subject }) => subject.includes("RUNNING-LOW")).length, 1);
  });
});
