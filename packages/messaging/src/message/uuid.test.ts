import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { uuidv7 } from "./uuid.ts";

describe("uuidv7", () => {
  it("has the version and variant of RFC 9562", () => {
    for (let i = 0; i < 2_000; i++) {
      assert.match(uuidv7(), /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    }
  });

  it("strictly increases, also within a millisecond", () => {
    const ids = Array.from({ length: 50_000 }, () => uuidv7());
    assert.deepEqual(ids, [...new Set(ids)].sort());
  });

  it("carries the time in its first 48 bits", () => {
    const before = Date.now();
    const time = Number.parseInt(uuidv7().replaceAll("-", "").slice(0, 12), 16);
    // ids made faster than 2,048 a millisecond run ahead of the clock
    assert.ok(time >= before && time <= Date.now() + 100, `${time} is not about ${before}`);
  });
});
