import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { uuidv7 } from "@rabbit-contract/messaging";
import { reconcile } from "@rabbit-contract/service/reconciliation";
import { orderCancelled, orderCreated, type TestInventory, testInventory } from "../../testing/inventory.ts";
import { type InventorySelection, sourcesToSend } from "./reconcile.ts";

describe("reconciling the inventory", () => {
  let inventory: TestInventory;
  const [held, short, released] = [uuidv7(), uuidv7(), uuidv7()];

  before(async () => {
    inventory = await testInventory();
    await inventory.stockUp("LAMP", 5);
    await inventory.stockUp("VASE", 0);
    await inventory.handle("orderCreated", [
      orderCreated(held, { LAMP: 2 }),
      orderCreated(short, { LAMP: 9 }),
      orderCreated(released, { LAMP: 1 }),
    ]);
    await inventory.handle("orderCancelled", [orderCancelled(released)]);
  });
  after(() => inventory.close());

  async function told(selection: InventorySelection) {
    await inventory.sent();
    const { database, outbox } = inventory;
    const sources = sourcesToSend(outbox, selection);
    const signal = new AbortController().signal;
    await Array.fromAsync(reconcile({ database, sources, dryRun: false, signal, batchSize: 1 }));
    return (await inventory.sent()).map(({ type, correlationId }) => `${type} ${correlationId}`);
  }

  it("resends its answer to orders that may still be waiting for it", async () => {
    await inventory.sent();
    assert.deepEqual(await told({ orderIds: [short, released, held] }), [
      `stock.reserved ${held}`,
      `stock.rejected ${short}`,
    ]);
  });

  it("sends the current state of products", async () => {
    assert.deepEqual(await told({ skus: ["VASE", "NONE"] }), ["product.changed VASE"]);
  });

  it("sends the products and answers of a time range", async () => {
    assert.deepEqual(await told({ from: new Date(Date.now() - 3_600_000).toISOString() }), [
      "product.changed LAMP",
      "product.changed VASE",
      `stock.reserved ${held}`,
      `stock.rejected ${short}`,
    ]);
    assert.deepEqual(await told({ to: "2020-01-01T00:00:00.000Z" }), []);
  });

  it("changes no stock", async () => {
    assert.deepEqual(await inventory.stock("LAMP"), [5, 2]);
    assert.deepEqual(await inventory.wrongProducts(), []);
  });
});
