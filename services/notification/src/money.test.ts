import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { formatMoney } from "./money.ts";

describe("formatMoney", () => {
  it("formats minor units with the currency's number of decimals", () => {
    assert.equal(formatMoney({ amount: 123_450, currency: "EUR" }), "€1,234.50");
    assert.equal(formatMoney({ amount: 5, currency: "USD" }), "$0.05");
    assert.equal(formatMoney({ amount: 1_234, currency: "JPY" }), "¥1,234");
    assert.match(formatMoney({ amount: 12_345, currency: "IQD" }), /^IQD\s12\.345$/);
    assert.match(formatMoney({ amount: 12_345, currency: "CLF" }), /^CLF\s1\.2345$/);
  });

  it("writes zero and the largest possible total exactly", () => {
    assert.equal(formatMoney({ amount: 0, currency: "EUR" }), "€0.00");
    assert.equal(formatMoney({ amount: Number.MAX_SAFE_INTEGER, currency: "EUR" }), "€90,071,992,547,409.91");
  });

  it("writes an unknown currency by its code, with two decimals", () => {
    assert.match(formatMoney({ amount: 1_234, currency: "QQQ" }), /^QQQ\s12\.34$/);
  });
});
