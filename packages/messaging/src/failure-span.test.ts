import assert from "node:assert/strict";
import { it } from "node:test";
import { FailureSpan } from "./failure-span.ts";

it("a failure lasts from the first of the attempts that failed, and ends with a success", () => {
  let now = 0;
  const span = new FailureSpan(() => now);
  assert.equal(span.lasting(0), undefined);
  span.failed("first");
  now = 9_000;
  span.failed("second");
  assert.equal(span.lasting(10_000), undefined);
  now = 10_000;
  assert.equal(span.lasting(10_000), "second");
  span.succeeded();
  assert.equal(span.lasting(0), undefined);
  span.failed("third");
  now = 19_000;
  assert.equal(span.lasting(10_000), undefined);
});
