import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Value } from "@sinclair/typebox/value";
import { IdempotencyKey } from "./idempotency-key.ts";

describe("Idempotency-Key", () => {
  it("is 1 to 255 visible ASCII characters", () => {
    for (const key of ["a", '"quoted"', "~!x-1", "k".repeat(255)])
      assert.ok(Value.Check(IdempotencyKey, key));
    for (const key of ["", "a b", "é", "a\n", "k".repeat(256)]) assert.ok(!Value.Check(IdempotencyKey, key));
  });
});
