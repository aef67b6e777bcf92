import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Backoff, finishesWithin, pause } from "./timing.ts";

describe("a pause", () => {
  it("lasts as long as requested", async () => {
    const started = performance.now();
    await pause(30);
    assert.ok(performance.now() - started >= 29);
  });

  it("ends when its signal is aborted, before or while it lasts", async () => {
    const controller = new AbortController();
    const pausing = pause(60_000, controller.signal);
    controller.abort();
    await pausing;
    await pause(60_000, controller.signal);
  });
});

describe("finishing within a time", () => {
  it("is true for work that ends in time, even when it fails", async () => {
    assert.equal(await finishesWithin(60_000, Promise.resolve()), true);
    assert.equal(await finishesWithin(60_000, Promise.reject(new Error("no"))), true);
  });

  it("is false for work that does not", async () => {
    assert.equal(await finishesWithin(5, new Promise(() => {})), false);
  });
});

describe("a backoff", () => {
  it("doubles up to its limit, with a random part, and starts over when reset", () => {
    const backoff = new Backoff(100, 400);
    for (const delay of [100, 200, 400, 400]) {
      const next = backoff.next();
      assert.ok(next >= delay && next <= delay * 1.25, `${next} is not about ${delay}`);
    }
    backoff.reset();
    assert.ok(backoff.next() <= 125);
  });
});
