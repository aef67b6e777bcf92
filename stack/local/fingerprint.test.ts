import assert from "node:assert/strict";
import { afterEach, describe, it } from "node:test";
import { fingerprintOf } from "./fingerprint.ts";

describe("the fingerprint of a part", () => {
  const part = { name: "inventory", member: "services/inventory", args: [], env: {} } as const;
  const before = fingerprintOf(part, false);
  const variables = ["LOG_LEVEL", "ORDER_PORT"] as const;
  afterEach(() => {
    for (const name of variables) delete process.env[name];
  });

  it("changes with a setting that its code reads", () => {
    process.env.LOG_LEVEL = "debug";
    assert.notEqual(fingerprintOf(part, false), before);
  });

  it("does not change with the port of another part, which was perhaps named only when that was started", () => {
    process.env.ORDER_PORT = "8102";
    assert.equal(fingerprintOf(part, false), before);
  });
});
