import assert from "node:assert/strict";
import { it } from "node:test";
import { FailureSpan } from "./failure-span.ts";
import { stoppedClock } from "./testing/clock.ts";

it("a failure lasts from the first of the attempts that failed, and ends with a success", () => {
  using clock = stoppedClock();
  const span = new FailureSpan();
  assert.equal(span.lasting(0), undefined);
  span.failed("first");
  clock.now += 9_000;
  span.failed("second");
  assert.equal(span.lasting(10_000), undefined);
  clock.now += 1_000;
  assert.equal(span.lasting(10_000), "second");
  span.succeeded();
  assert.equal(span.lasting(0), undefined);
  span.failed("third");
  clock.now += 9_000;
  assert.equal(span.lasting(10_000), undefined);
});
