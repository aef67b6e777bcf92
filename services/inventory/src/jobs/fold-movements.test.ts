import assert from "node:assert/strict";
import { after, before, beforeEach, describe, it } from "node:test";
import { uuidv7 } from "@rabbit-contract/messaging";
import { sql } from "drizzle-orm";
import { type TestInventory, testInventory } from "../../testing/inventory.ts";
import { recordMovement } from "../commands/record-movement.ts";
import { listMovements } from "../queries/movements.ts";
import { foldMovements } from "./fold-movements.ts";

const day = 86_400_000;

describe("folding old movements", () => {
  let inventory: TestInventory;
  const chore = foldMovements(90 * day);
  const fold = (limit = 1_000) => chore.run(inventory.database.sql, limit);

  before(async () => {
    inventory = await testInventory();
  });
  beforeEach(async () => {
    for (const table of ["stock_movements", "products"])
      await inventory.database.sql.execute(sql`delete from ${sql.identifier(table)}`);
  });
  after(() => inventory.close());

  /** Records movements of this age. */
  async function book(sku: string, quantities: readonly number[], daysAgo: number): Promise<void> {
    const { database } = inventory;
    for (const quantity of quantities) {
      const reason = quantity > 0 ? "receipt" : "loss";
      const { id } = await inventory.run((context) =>
        recordMovement(context, { sku, quantity, reason, note: "old" }),
      );
      const older = uuidv7({ msecs: Date.now() - daysAgo * day }).slice(0, 13) + id.slice(13);
      await database.sql.execute(sql`
        update stock_movements set id = ${older}, created_at = now() - ${daysAgo} * interval '1 day'
        where id = ${id}`);
    }
  }

  const ledger = async (sku: string) =>
    ((await listMovements(inventory.database, { sku, limit: 100 })) ?? []).map(
      ({ quantity, reason }) => `${reason} ${quantity}`,
    );

  it("leaves one opening balance before all newer movements, with the same sum", async () => {
    await inventory.stockUp("LAMP", 0);
    await book("LAMP", [10, -3, 5], 100);
    await book("LAMP", [-2], 95);
    await book("LAMP", [4], 80);
    assert.equal(await fold(), 3);
    assert.deepEqual(await ledger("LAMP"), ["receipt 4", "opening-balance 10"]);
    assert.deepEqual(await inventory.stock("LAMP"), [14, 0]);
    assert.deepEqual(await inventory.wrongProducts(), []);
    assert.equal(await fold(), 0);

    await book("LAMP", [1], 91);
    assert.equal(await fold(), 1);
    assert.deepEqual(await ledger("LAMP"), ["receipt 4", "opening-balance 11"]);
  });

  it("removes movements that add up to zero, and keeps a single movement", async () => {
    await inventory.stockUp("GONE", 0);
    await inventory.stockUp("ONCE", 0);
    await book("GONE", [7, -7], 100);
    await book("ONCE", [7], 100);
    assert.equal(await fold(), 2);
    assert.deepEqual(await ledger("GONE"), []);
    assert.deepEqual(await ledger("ONCE"), ["receipt 7"]);
    assert.deepEqual(await inventory.wrongProducts(), []);
  });

  it("can run in batches on several replicas at once, beside new movements", async () => {
    for (const sku of ["A", "B", "C"]) {
      await inventory.stockUp(sku, 0);
      await book(sku, [9, -1, -1, -1, 2, 3, -4], 100);
    }
    const replica = async () => {
      while ((await fold(4)) > 0) {}
    };
    await Promise.all([replica(), replica(), replica(), book("B", [1, 1], 0)]);
    await replica();
    assert.deepEqual(await inventory.wrongProducts(), []);
    for (const sku of ["A", "C"]) assert.deepEqual(await ledger(sku), ["opening-balance 7"]);
    assert.deepEqual(await ledger("B"), ["receipt 1", "receipt 1", "opening-balance 7"]);
  });
});
