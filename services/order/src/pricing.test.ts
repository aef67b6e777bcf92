import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { product } from "../testing/orders.ts";
import { priceOrder } from "./pricing.ts";

const products = new Map(
  [
    product("LAMP", { amount: 3950 }),
    product("BULB", { amount: 450 }),
    product("TEA", { currency: "GBP" }),
    product("YACHT", { amount: 9_007_199_254_740_991 }),
  ].map((one) => [one.sku, one]),
);

const refusalsOf = (lines: { sku: string; quantity: number }[]) => {
  const pricing = priceOrder(lines, products);
  return "problems" in pricing ? pricing.problems.map(({ kind, pointer }) => [kind, pointer]) : [];
};

describe("pricing an order", () => {
  it("uses the products' names and prices, and adds up the total", () => {
    const lines = [
      { sku: "LAMP", quantity: 2 },
      { sku: "BULB", quantity: 6 },
    ];
    assert.deepEqual(priceOrder(lines, products), {
      lines: [
        { sku: "LAMP", name: "Product LAMP", quantity: 2, unitPrice: { amount: 3950, currency: "EUR" } },
        { sku: "BULB", name: "Product BULB", quantity: 6, unitPrice: { amount: 450, currency: "EUR" } },
      ],
      total: { amount: 10_600, currency: "EUR" },
    });
  });

  it("adds up lines of the same product, at the place of the first", () => {
    const pricing = priceOrder(
      [
        { sku: "LAMP", quantity: 2 },
        { sku: "BULB", quantity: 1 },
        { sku: "LAMP", quantity: 3 },
      ],
      products,
    );
    assert.ok("lines" in pricing);
    assert.deepEqual(
      pricing.lines.map(({ sku, quantity }) => [sku, quantity]),
      [
        ["LAMP", 5],
        ["BULB", 1],
      ],
    );
  });

  it("names the line where a product's total quantity exceeds the limit", () => {
    const lines = [
      { sku: "LAMP", quantity: 600_000 },
      { sku: "BULB", quantity: 1_000_000 },
      { sku: "LAMP", quantity: 400_001 },
    ];
    assert.deepEqual(refusalsOf(lines), [["quantity-too-high", "/lines/2/quantity"]]);
    assert.deepEqual(refusalsOf([{ sku: "LAMP", quantity: 1_000_000 }]), []);
  });

  it("names each line with an unknown product", () => {
    const lines = ["LAMP", "NO-SUCH", "constructor", "NO-SUCH"].map((sku) => ({ sku, quantity: 1 }));
    assert.deepEqual(refusalsOf(lines), [
      ["unknown-product", "/lines/1/sku"],
      ["unknown-product", "/lines/2/sku"],
      ["unknown-product", "/lines/3/sku"],
    ]);
  });

  it("refuses lines of mixed currencies", () => {
    const lines = ["LAMP", "TEA", "BULB"].map((sku) => ({ sku, quantity: 1 }));
    assert.deepEqual(refusalsOf(lines), [["mixed-currencies", "/lines/1/sku"]]);
  });

  it("refuses a total of 2^53 or more", () => {
    const yacht = { sku: "YACHT", quantity: 1 };
    assert.deepEqual(refusalsOf([yacht]), []);
    assert.deepEqual(refusalsOf([yacht, { sku: "BULB", quantity: 1 }]), [["total-too-high", "/lines"]]);
    assert.deepEqual(refusalsOf([{ sku: "YACHT", quantity: 1_000_000 }]), [["total-too-high", "/lines"]]);
  });
});
