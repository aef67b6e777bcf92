import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { parsePrefer } from "./prefer.ts";

describe("Prefer", () => {
  for (const [header, wait, respondAsync] of [
    [undefined, undefined, false],
    ["", undefined, false],
    ["wait=5", 5, false],
    ["wait=0", 0, false],
    ["respond-async, wait=10", 10, true],
    ['Respond-Async, Wait = "7"; x=y', 7, true],
    ["wait=3600", 30, false],
    ["wait=1, wait=2", 1, false],
    ["wait=-1", undefined, false],
    ["wait=soon, return=minimal", undefined, false],
    ["await=5", undefined, false],
    [",,;=,=5", undefined, false],
  ] as const) {
    it(`${JSON.stringify(header)} waits ${wait} seconds`, () => {
      assert.deepEqual(parsePrefer(header), { wait, respondAsync });
    });
  }
});
