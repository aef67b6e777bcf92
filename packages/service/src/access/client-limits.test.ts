import assert from "node:assert/strict";
import { describe, it } from "node:test";
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
    const two = limits();
    for (let count = 0; count < 10; count++) two.enter("a", 1_000);
    assert.equal(
      refusedFor(() => two.enter("a", 1_000)),
      1,
    );
    assert.equal(
      refusedFor(() => two.enter("a", 1_499)),
      1,
    );
    two.enter("a", 1_500);
    assert.equal(
      refusedFor(() => two.enter("a", 1_500)),
      1,
    );
    for (let count = 0; count < 10; count++) two.enter("a", 60_000);
    assert.equal(
      refusedFor(() => two.enter("a", 60_000)),
      1,
    );
  });

  it("is its own", () => {
    const one = limits({ rate: 1 });
    for (let count = 0; count < 5; count++) one.enter("a", 0);
    one.enter("b", 0);
    assert.ok(refusedFor(() => one.enter("a", 0)));
  });

  it("is not used up by refused requests", () => {
    const one = limits({ rate: 1 });
    for (let count = 0; count < 5; count++) one.count("a", 0);
    for (let count = 0; count < 100; count++)
      assert.equal(
        refusedFor(() => one.count("a", 0)),
        1,
      );
    assert.equal(
      refusedFor(() => one.require("a", 500)),
      1,
    );
    one.require("a", 1_000);
    one.count("a", 1_000);
    assert.equal(
      refusedFor(() => one.require("b", 0)),
      undefined,
    );
  });
});

describe("the concurrent requests of a client", () => {
  it("are limited", () => {
    const two = limits({ rate: 1_000, concurrency: 2 });
    const first = two.enter("a", 0);
    two.enter("a", 0);
    assert.equal(
      refusedFor(() => two.enter("a", 0)),
      1,
    );
    first.running--;
    two.enter("a", 0);
  });
});

describe("clients", () => {
  it("are tracked for a limited number of clients: the one known longest starts over", () => {
    const three = limits({ rate: 1, clients: 3 });
    for (let count = 0; count < 5; count++) for (const key of ["a", "b", "c"]) three.enter(key, 0);
    three.enter("d", 0);
    assert.ok(refusedFor(() => three.enter("b", 0)));
    three.enter("a", 0);
  });
});
