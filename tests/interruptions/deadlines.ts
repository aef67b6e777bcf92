import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, before, describe, it } from "node:test";
import type { OrderView } from "@orders/stack/testing/client";
import { startService, type TestService } from "@orders/stack/testing/service";
import { eventually } from "@rabbit-contract/messaging/testing";
import { client, restartOrder, system } from "./system.ts";

const orders = 40;

describe("deadlines, with two order processes", () => {
  const deadline = { ORDER_DEADLINE_SECONDS: "2" };
  let second: TestService;

  before(async () => {
    await restartOrder(deadline);
    second = await startService("order", { ...system.environment("order"), ...deadline });
  });
  after(() => second?.stop());

  const placeMany = (sku: string) =>
    Promise.all(
      Array.from({ length: orders }, (_, index) => client.place(`c-${index}`, [{ sku, quantity: 1 }])),
    );

  it("an order without an answer from inventory expires at its deadline, and its stock is released once inventory receives the messages", async () => {
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
  });

  /** An answer from inventory that arrives after the deadline. */
  async function answerLate({ id }: OrderView): Promise<void> {
    const routed = await system.host.publish({
      exchange: "inventory",
      routingKey: "stock.reserved",
      payload: JSON.stringify({ orderId: id, reservedAt: new Date().toISOString() }),
      properties: {
        message_id: randomUUID(),
        type: "stock.reserved",
        correlation_id: id,
        content_type: "application/json",
        timestamp: Math.floor(Date.now() / 1000),
        app_id: "inventory",
        headers: { "schema-version": 1 },
      },
    });
    assert.equal(routed, true);
  }

  it("an order expires once and its stock is released, whenever and however often inventory answers", async () => {
    await client.product("EXPIRING", { onHand: 1_000 });
    const placing = placeMany("EXPIRING");
    // Some orders may be reserved by now; no answer arrives before the deadline.
    process.kill(system.service("inventory").pid, "SIGSTOP");
    const placed = await placing;
    const settled = await Promise.all(
      placed.map(({ id }) =>
        eventually(async () => {
          const order = await client.order(id);
          assert.notEqual(order.status, "pending");
          return order;
        }),
      ),
    );
    process.kill(system.service("inventory").pid, "SIGCONT");
    const expired = settled.filter(({ status }) => status === "expired");
    assert.ok(expired.length > 0);
    for (const { history } of expired) {
      const statuses = history.map(({ status }) => status);
      assert.deepEqual(statuses, ["pending", "expired"]);
    }
    const ids = expired.map(({ id }) => id);
    await client.kinds(ids, "order-expired");
    for (const order of expired.slice(0, 5)) {
      await answerLate(order);
      await answerLate(order);
    }
    await system.quiet();
    for (const id of ids) {
      const reservation = await client.call<{ status: string }>("inventory", "GET", `/reservations/${id}`);
      assert.equal(reservation.body.status, "released");
      assert.equal((await client.order(id)).status, "expired");
    }
    const held = orders - ids.length;
    assert.deepEqual(await client.stock("EXPIRING"), {
      onHand: 1_000,
      reserved: held,
      available: 1_000 - held,
    });
    await client.kinds(ids, "order-expired");
    for (const queue of ["inventory.orders", "order.stock"])
      assert.equal(await system.host.queueDepth(`${queue}.dead`), 0);
  });
});
