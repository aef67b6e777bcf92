/** A network that drops database connections without notifying either side. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { Client } from "@orders/stack/testing/client";
import { startSystem } from "@orders/stack/testing/system";
import { TcpProxy } from "@rabbit-contract/messaging/testing";

/** Milliseconds within which a service works again, as docs/guarantees.md promises. */
const promised = 15_000;

describe("a service whose database connections are half-open", () => {
  it("is not ready meanwhile, and accepts and settles orders again within 15 s", {
    timeout: 120_000,
  }, async () => {
    const system = await startSystem();
    const url = system.environment("order").ORDER_DATABASE_URL ?? assert.fail();
    const proxy = await TcpProxy.start(url);
    try {
      await system.service("order").stop();
      const order = await system.start("order", { ORDER_DATABASE_URL: proxy.url(url) });
      const client = new Client(system);
      await client.product("HALF-1", { onHand: 1_000 });
      const place = () => client.place("c-1", [{ sku: "HALF-1", quantity: 1 }]);
      const first = await Promise.all(Array.from({ length: 20 }, place));
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
          body: { customerId: "c-1", lines: [{ sku: "HALF-1", quantity: 1 }] },
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
      await system.stop();
      await proxy.close();
    }
  });
});
