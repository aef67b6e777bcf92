import assert from "node:assert/strict";
import { before, describe, it } from "node:test";
import type { OrderView } from "@orders/stack/testing/client";
import { runOperator } from "@orders/stack/testing/operator";
import { eventually } from "@rabbit-contract/messaging/testing";
import { client, system } from "./system.ts";

describe("reconciling after messages were lost", () => {
  const start = new Date(Date.now() - 60_000).toISOString();

  before(() => client.product("CHAIR", { onHand: 900_000 }));

  async function reconcile(...args: string[]): Promise<string> {
    const { code, output, errors } = await runOperator(system, "reconcile", ...args);
    assert.equal(code, 0, output + errors);
    return output + errors;
  }

  const place = (count: number) =>
    Promise.all(Array.from({ length: count }, () => client.place("c-1", [{ sku: "CHAIR", quantity: 1 }])));

  /** Places orders while the queue's service is stopped, and deletes the queue with its messages. */
  async function loseMessages(service: "inventory" | "order" | "notification", queue: string) {
    const upstream = await place(10);
    await system.service(service).stop();
    const orders = service === "order" ? upstream : [...upstream, ...(await place(10))];
    await eventually(async () => assert.notEqual(await system.host.queueDepth(queue), 0));
    await system.host.deleteQueue(queue);
    await system.start(service);
    // Once it has a consumer, the queue is bound again, and takes what was sent while it was missing.
    await eventually(async () => assert.equal(await system.host.consumers(queue), 1));
    await system.quiet();
    return orders;
  }

  it("settles orders whose creation or answers were in deleted queues", async () => {
    const uncreated = await loseMessages("inventory", "inventory.orders");
    // Inventory answers while the order service is down.
    const unanswered: OrderView[] = [];
    await system.service("inventory").stop();
    unanswered.push(...(await place(10)));
    await eventually(async () => assert.equal(await system.host.queueDepth("inventory.orders"), 10));
    await system.service("order").stop();
    await system.start("inventory");
    await eventually(async () => assert.equal(await system.host.queueDepth("order.stock"), 10));
    await system.host.deleteQueue("order.stock");
    await system.start("order");

    const orders = [...uncreated, ...unanswered];
    const counted = await reconcile("--from", start, "--dry-run");
    assert.match(counted, /order: .*order\.created would be sent/);
    assert.equal((await client.order(unanswered[0]?.id ?? "")).status, "pending");
    for (let round = 0; round < 2; round++) await reconcile("--from", start);
    for (const { id } of orders) await client.orderIn(id, "confirmed");
    await client.kinds(
      orders.map(({ id }) => id),
      "order-confirmed",
    );
    const { reserved } = await client.stock("CHAIR");
    assert.equal(reserved, orders.length);
  });

  it("sends the notifications that were lost with a deleted queue, and none twice", async () => {
    const orders = await loseMessages("notification", "notification.orders");
    for (const { id } of orders) await client.orderIn(id, "confirmed");
    await reconcile("--service", "order", ...orders.flatMap(({ id }) => ["--order", id]));
    await client.kinds(
      orders.map(({ id }) => id),
      "order-confirmed",
    );
  });

  it("sends the order service the products whose changes it never received", async () => {
    await system.service("order").stop();
    const created = await client.call("inventory", "POST", "/products", {
      body: { sku: "VASE", name: "Vase", unitPrice: { amount: 100, currency: "EUR" } },
    });
    assert.equal(created.status, 201);
    await eventually(async () => assert.equal(await system.host.queueDepth("order.products"), 1));
    await system.host.deleteQueue("order.products");
    await system.start("order");
    const body = { customerId: "c-1", lines: [{ sku: "VASE", quantity: 1 }] };
    assert.equal((await client.call("order", "POST", "/orders", { body })).status, 422);
    await reconcile("--service", "inventory", "--sku", "VASE");
    await eventually(async () =>
      assert.equal((await client.call("order", "POST", "/orders", { body })).status, 202),
    );
  });

  it("leaves no dead letter behind", async () => {
    for (const queue of ["inventory.orders", "order.stock", "order.products", "notification.orders"])
      assert.equal(await system.host.queueDepth(`${queue}.dead`), 0, queue);
  });

  it("refuses a request with no selection, or with more than one", async () => {
    for (const body of [
      {},
      { dryRun: true },
      { from: start, orderIds: ["0199f3d2-5f0e-7c4a-8b1d-2f6a9c3e4d5b"] },
      { from: "yesterday" },
      { orderIds: [] },
    ]) {
      const answer = await client.call("order", "POST", "/reconciliations", { body, toAdminPort: true });
      assert.equal(answer.status, 422, JSON.stringify(body));
    }
  });
});
