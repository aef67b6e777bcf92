import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { eventually, TcpProxy } from "@rabbit-contract/messaging/testing";
import { inTime } from "../in-time.ts";
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

  it("a service whose database connections are half-open is not ready, and settles orders again within 15 s", async () => {
    await client.product("HALF-OPEN", { onHand: 1_000 });
    const url = system.environment("order").ORDER_DATABASE_URL ?? assert.fail();
    const proxy = await TcpProxy.start(url);
    try {
      const { adminUrl } = await restartOrder({ ORDER_DATABASE_URL: proxy.url(url) });
      const ready = async () => (await fetch(`${adminUrl}/health/ready`)).status;
      await inTime("the first order over a new connection", promised, () => silence(proxy, ready));
    } finally {
      await system.service("order").stop();
      await proxy.close();
    }
  });

  /** Makes the connections half-open. @returns milliseconds until an order is accepted again */
  async function silence(proxy: TcpProxy, ready: () => Promise<number>): Promise<number> {
    const first = await placeMany("HALF-OPEN");
    assert.equal(await ready(), 200);

    proxy.freeze();
    const frozen = performance.now();
    const seen = new Set<number>();
    const watching = new AbortController();
    const watch = (async () => {
      for (; !watching.signal.aborted; await delay(200)) seen.add(await ready());
    })();
    const post = async () => {
      const body = { customerId: "c-1", lines: [{ sku: "HALF-OPEN", quantity: 1 }] };
      const call = { customerId: "c-1", body, patient: false };
      const { status } = await client.call("order", "POST", "/orders", call);
      assert.ok([202, 503].includes(status), `${status}`);
      return status;
    };
    // Requests that were sent at the same time are answered as well.
    await Promise.all(Array.from({ length: 8 }, post));
    while ((await post()) !== 202);
    const took = performance.now() - frozen;
    for (const { id } of first) await client.orderIn(id, "confirmed");
    watching.abort();
    await watch;
    assert.ok(seen.has(503), "readiness did not report it");
    await eventually(async () => assert.equal(await ready(), 200));
    return took;
  }
});
