import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { Client } from "@orders/stack/testing/client";
import { startSystem, type TestSystem } from "@orders/stack/testing/system";
import { eventually } from "@rabbit-contract/messaging/testing";

const orders = 12;

describe("while a part of the system is down", () => {
  let system: TestSystem;
  let client: Client;

  before(async () => {
    system = await startSystem();
    client = new Client(system);
  });

  after(async () => {
    await system.stop();
  });

  function placeMany(sku: string) {
    return Promise.all(
      Array.from({ length: orders }, (_, index) => client.place(`c-${index}`, [{ sku, quantity: 1 }])),
    );
  }

  // shutdown.test.ts covers SIGTERM for order and inventory, under load.
  for (const [name, signal] of [
    ["inventory", "SIGKILL"],
    ["notification", "SIGTERM"],
    ["notification", "SIGKILL"],
  ] as const) {
    it(`orders are accepted, and all are settled and notified once ${name} is restarted after ${signal}`, async () => {
      const sku = `${name}-${signal}`;
      await client.product(sku, { onHand: orders / 2 });
      const before = await placeMany(sku);
      await system.service(name).stop(signal);
      const during = await placeMany(sku);
      await system.start(name);
      const settled = await Promise.all(
        [...before, ...during].map(({ id }) =>
          eventually(
            async () => {
              const order = await client.order(id);
              assert.notEqual(order.status, "pending");
              return order;
            },
            { timeout: 30_000 },
          ),
        ),
      );
      assert.equal(settled.filter(({ status }) => status === "confirmed").length, orders / 2);
      assert.equal(settled.filter(({ status }) => status === "rejected").length, orders * 1.5);
      for (const outcome of ["confirmed", "rejected"]) {
        const ids = settled.filter(({ status }) => status === outcome).map(({ id }) => id);
        await client.kinds(ids, `order-${outcome}`);
      }
      assert.deepEqual(await client.stock(sku), { onHand: orders / 2, reserved: orders / 2, available: 0 });
    });
  }

  it("orders that were accepted before a SIGKILL of the order service are settled after its restart", async () => {
    const sku = "order-killed";
    await client.product(sku, { onHand: orders });
    const accepted = await placeMany(sku);
    await system.service("order").stop("SIGKILL");
    await system.start("order");
    for (const { id } of accepted) await client.orderIn(id, "confirmed", 30_000);
    assert.deepEqual(await client.stock(sku), { onHand: orders, reserved: orders, available: 0 });
  });

  it("orders are accepted while the connections to the broker are cut, and settled afterwards", async () => {
    await client.product("CUT-OFF", { onHand: orders });
    const placing = placeMany("CUT-OFF");
    await system.cutBrokerConnections();
    const accepted = [...(await placing), ...(await placeMany("CUT-OFF"))];
    await eventually(
      async () => {
        const statuses = await Promise.all(accepted.map(async ({ id }) => (await client.order(id)).status));
        assert.equal(statuses.filter((status) => status === "confirmed").length, orders);
        assert.equal(statuses.filter((status) => status === "rejected").length, orders);
      },
      { timeout: 30_000 },
    );
  });
});

describe("an order without an answer from inventory", () => {
  it("expires at its deadline, and its stock is released once inventory receives the messages", async () => {
    const system = await startSystem({ env: { ORDER_DEADLINE_SECONDS: "2" } });
    try {
      const client = new Client(system);
      await client.product("TOO-LATE", { onHand: 5 });
      await system.service("inventory").stop();
      const { id } = await client.place("c-1", [{ sku: "TOO-LATE", quantity: 5 }]);
      await client.orderIn(id, "expired");
      await system.start("inventory");
      await client.kinds(id, "order-expired");
      await eventually(async () => {
        const reservation = await client.call<{ status: string }>("inventory", "GET", `/reservations/${id}`);
        assert.equal(reservation.body.status, "released");
      });
      assert.deepEqual(await client.stock("TOO-LATE"), { onHand: 5, reserved: 0, available: 5 });
    } finally {
      await system.stop();
    }
  });
});
