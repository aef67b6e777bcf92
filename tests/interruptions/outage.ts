import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { eventually, TcpProxy } from "@rabbit-contract/messaging/testing";
import { client, restartOrder, system } from "./system.ts";

const orders = 12;
/** Milliseconds within which a service works again, as docs/guarantees.md promises. */
const promised = 15_000;

describe("while a part of the system is down", () => {
  function placeMany(sku: string) {
    return Promise.all(
      Array.from({ length: orders }, (_, index) => client.place(`c-${index}`, [{ sku, quantity: 1 }])),
    );
  }

  // shutdown.ts covers SIGTERM for order and inventory, under load.
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

  it("a service whose database connections are half-open is not ready, and settles orders again within 15 s", {
    timeout: 120_000,
  }, async () => {
    await client.product("HALF-OPEN", { onHand: 1_000 });
    const url = system.environment("order").ORDER_DATABASE_URL ?? assert.fail();
    const proxy = await TcpProxy.start(url);
    try {
      const order = await restartOrder({ ORDER_DATABASE_URL: proxy.url(url) });
      const first = await placeMany("HALF-OPEN");
      const ready = async () => (await fetch(`${order.adminUrl}/health/ready`)).status;
      assert.equal(await ready(), 200);

      proxy.freeze();
      const frozen = performance.now();
      const seen = new Set<number>();
      const watching = new AbortController();
      const watch = (async () => {
        for (; !watching.signal.aborted; await delay(200)) seen.add(await ready());
      })();
      const post = () =>
        client.call("order", "POST", "/orders", {
          customerId: "c-1",
          body: { customerId: "c-1", lines: [{ sku: "HALF-OPEN", quantity: 1 }] },
        });
      // Requests that were sent at the same time are answered as well.
      const statuses = await Promise.all(Array.from({ length: 8 }, async () => (await post()).status));
      for (const status of statuses) assert.ok([202, 503].includes(status), `${status}`);
      while ((await post()).status !== 202) assert.ok(performance.now() - frozen < promised);
      assert.ok(performance.now() - frozen < promised);
      for (const { id } of first) await client.orderIn(id, "confirmed", 20_000);
      watching.abort();
      await watch;
      assert.ok(seen.has(503), "readiness did not report it");
      assert.equal(await ready(), 200);
    } finally {
      await system.service("order").stop();
      await proxy.close();
    }
  });
});
