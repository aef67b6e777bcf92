import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { waitIn } from "./prefer.ts";

describe("Prefer", () => {
  for (const [header, wait] of [
    [undefined, undefined],
    ["", undefined],
    ["wait=5", 5],
    ["wait=0", 0],
    ["respond-async, wait=10", 10],
    ['Respond-Async, Wait = "7"; x=y', 7],
    ["wait=3600", 30],
    ["wait=1, wait=2", 1],
    ["wait=-1", undefined],
    ["wait=soon, return=minimal", undefined],
    ["await=5", undefined],
    [",,;=,=5", undefined],
  ] as const) {
    it(`${JSON.stringify(header)} waits ${wait} seconds`, () => {
      assert.equal(waitIn(header), wait);
    });
  }
});
