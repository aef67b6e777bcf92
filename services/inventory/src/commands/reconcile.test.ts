import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { uuidv7 } from "@rabbit-contract/messaging";
import { firstUuidOf } from "@rabbit-contract/postgres";
import { reconcile } from "@rabbit-contract/service/reconciliation";
import { sql } from "drizzle-orm";
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
    await Array.fromAsync(reconcile({ database, sources, dryRun: false, signal }));
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

  it("reads on after each batch", async () => {
    const { database } = inventory;
    const time = sql`'2020-06-01'::timestamptz`;
    await database.sql.execute(sql`
      insert into products (sku, version, name, unit_price_amount, currency, updated_at)
      select 'OLD-' || number, 1, 'Old', 1, 'EUR', ${time} from generate_series(1, 250) as number`);
    await database.sql.execute(sql`
      insert into reservations (order_id, status, lines)
      select overlay(${firstUuidOf(time)}::text placing lpad(number::text, 12, '0') from 25)::uuid, 'reserved', '[]'
      from generate_series(1, 250) as number`);
    const messages = await told({ from: "2020-05-01T00:00:00.000Z", to: "2020-07-01T00:00:00.000Z" });
    assert.equal(messages.length, 500);
    assert.equal(new Set(messages).size, 500);
  });

  it("changes no stock", async () => {
    assert.deepEqual(await inventory.stock("LAMP"), [5, 2]);
    assert.deepEqual(await inventory.wrongProducts(), []);
  });
});
