import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { stoppedClock } from "@rabbit-contract/messaging/testing";
import { ProblemError } from "../http/problem.ts";
import { type ClientLimitOptions, ClientLimits } from "./client-limits.ts";

const limits = (options: Partial<ClientLimitOptions> = {}) =>
  new ClientLimits({ rate: 2, concurrency: 100, clients: 10, ...options });

function refusedFor(work: () => unknown): number | undefined {
  try {
    work();
    return undefined;
  } catch (error) {
    assert.ok(error instanceof ProblemError);
    assert.equal(error.status, 429);
    return Number(error.headers["retry-after"]);
  }
}

describe("the rate of a client", () => {
  it("allows a burst of five seconds' worth, then its rate", () => {
    using clock = stoppedClock();
    const two = limits();
    const enter = () => two.enter("a");
    for (let count = 0; count < 10; count++) enter();
    assert.equal(refusedFor(enter), 1);
    clock.now += 499;
    assert.equal(refusedFor(enter), 1);
    clock.now += 1;
    enter();
    assert.equal(refusedFor(enter), 1);
    clock.now += 60_000;
    for (let count = 0; count < 10; count++) enter();
    assert.equal(refusedFor(enter), 1);
  });

  it("is its own", () => {
    using _clock = stoppedClock();
    const one = limits({ rate: 1 });
    for (let count = 0; count < 5; count++) one.enter("a");
    one.enter("b");
    assert.ok(refusedFor(() => one.enter("a")));
  });

  it("is not used up by refused requests", () => {
    using clock = stoppedClock();
    const one = limits({ rate: 1 });
    for (let count = 0; count < 5; count++) one.count("a");
    for (let count = 0; count < 100; count++)
      assert.equal(
        refusedFor(() => one.count("a")),
        1,
      );
    assert.equal(
      refusedFor(() => one.require("b")),
      undefined,
    );
    clock.now += 500;
    assert.equal(
      refusedFor(() => one.require("a")),
      1,
    );
    clock.now += 500;
    one.require("a");
    one.count("a");
  });
});

describe("the concurrent requests of a client", () => {
  it("are limited", () => {
    const two = limits({ rate: 1_000, concurrency: 2 });
    const first = two.enter("a");
    two.enter("a");
    assert.equal(
      refusedFor(() => two.enter("a")),
      1,
    );
    first.running--;
    two.enter("a");
  });
});

describe("clients", () => {
  it("are tracked for a limited number of clients: the one known longest starts over", () => {
    using _clock = stoppedClock();
    const three = limits({ rate: 1, clients: 3 });
    for (let count = 0; count < 5; count++) for (const key of ["a", "b", "c"]) three.enter(key);
    three.enter("d");
    assert.ok(refusedFor(() => three.enter("b")));
    three.enter("a");
  });
});
