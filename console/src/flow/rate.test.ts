import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Rate } from "./rate.ts";

const rateOf = (...readings: readonly (readonly [value: number, at: number])[]) => {
  const rate = new Rate();
  for (const [value, at] of readings) rate.read(value, at);
  return rate.perSecond;
};

describe("the rate of a counter", () => {
  it("is unknown until there are two readings", () => {
    assert.equal(rateOf(), null);
    assert.equal(rateOf([5, 0]), null);
  });

  it("is what was counted in the last three seconds", () => {
    assert.equal(rateOf([100, 0], [110, 1_000]), 10);
    assert.equal(rateOf([0, 0], [100, 1_000], [100, 2_000], [100, 3_000], [130, 4_000]), 10);
  });

  it("loses nothing when the counter starts again", () => {
    assert.equal(rateOf([1_000, 0], [20, 1_000]), 20);
  });
});
