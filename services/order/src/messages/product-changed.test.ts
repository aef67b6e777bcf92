import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { product, type TestOrders, testOrders } from "../../testing/orders.ts";
import { readProducts } from "../queries/products.ts";

describe("the copy of the products", () => {
  let orders: TestOrders;
  before(async () => {
    orders = await testOrders();
  });
  after(() => orders.close());

  const read = async (sku: string) => {
    const products = await orders.database.transaction((tx) => readProducts(tx, [sku]));
    return products.get(sku);
  };

  it("stores the name and price of a product", async () => {
    await orders.stock(product("LAMP", { name: "Desk lamp", amount: 3950 }));
    const unitPrice = { amount: 3950, currency: "EUR" };
    assert.deepEqual(await read("LAMP"), { sku: "LAMP", name: "Desk lamp", unitPrice });
  });

  it("keeps an amount just below 2^53 exact", async () => {
    await orders.stock(product("YACHT", { amount: Number.MAX_SAFE_INTEGER }));
    assert.equal((await read("YACHT"))?.unitPrice.amount, Number.MAX_SAFE_INTEGER);
  });

  it("ignores a version that is not higher", async () => {
    await orders.stock(product("A", { version: 3, amount: 300 }));
    await orders.stock(product("A", { version: 2, amount: 200 }));
    await orders.stock(product("A", { version: 3, amount: 333 }));
    assert.equal((await read("A"))?.unitPrice.amount, 300);
    await orders.stock(product("A", { version: 4, amount: 400, currency: "GBP" }));
    assert.deepEqual((await read("A"))?.unitPrice, { amount: 400, currency: "GBP" });
  });

  it("keeps the highest of several versions in one batch, in any sequence", async () => {
    await orders.stock(
      product("B", { version: 2, amount: 200 }),
      product("C"),
      product("B", { version: 5, amount: 500 }),
      product("B", { version: 1, amount: 100 }),
    );
    assert.equal((await read("B"))?.unitPrice.amount, 500);
    assert.ok(await read("C"));
  });

  it("ends with the highest version if batches in opposite sequences run concurrently", async () => {
    const skus = Array.from({ length: 20 }, (_, index) => `P${index}`);
    const batch = (version: number, names: string[]) =>
      orders.stock(...names.map((sku) => product(sku, { version, amount: version })));
    await Promise.all(
      [1, 2, 3, 4, 5, 6].map((version) => batch(version, version % 2 === 0 ? skus : skus.toReversed())),
    );
    for (const sku of skus) assert.equal((await read(sku))?.unitPrice.amount, 6);
  });
});
