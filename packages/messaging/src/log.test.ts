import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { callSafely, Throttle } from "./log.ts";
import { RecordingLog } from "./testing/recording-log.ts";

describe("a throttle", () => {
  it("allows each condition once in its interval, and again after it was over", () => {
    const throttle = new Throttle(60_000);
    assert.deepEqual(
      ["database", "broker", "database", "broker"].map((key) => throttle.allows(key)),
      [true, true, false, false],
    );
    throttle.reset("database");
    assert.equal(throttle.allows("database"), true);
    assert.equal(throttle.allows("broker"), false);
  });

  it("allows it again after the interval", () => {
    const throttle = new Throttle(0);
    assert.deepEqual([throttle.allows("x"), throttle.allows("x")], [true, true]);
  });
});

describe("a listener that throws", () => {
  it("is logged and harms nobody else", () => {
    const log = new RecordingLog();
    callSafely(() => {
      throw new Error("oops");
    }, log);
    assert.equal(log.matching(/listener/).length, 1);
  });
});
