import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Value } from "@sinclair/typebox/value";
import { IdempotencyKey, parsePrefer, parseTraceContext, requestIdOf } from "./headers.ts";

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

describe("Idempotency-Key", () => {
  it("is 1 to 255 visible ASCII characters", () => {
    for (const key of ["a", '"quoted"', "~!x-1", "k".repeat(255)])
      assert.ok(Value.Check(IdempotencyKey, key));
    for (const key of ["", "a b", "é", "a\n", "k".repeat(256)]) assert.ok(!Value.Check(IdempotencyKey, key));
  });
});

describe("the trace context", () => {
  const ids = "4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
  const parse = (traceparent: string, tracestate?: string) =>
    parseTraceContext(new Headers({ traceparent, ...(tracestate !== undefined && { tracestate }) }));

  it("is taken when it is valid", () => {
    assert.deepEqual(parse(`00-${ids}`), { traceparent: `00-${ids}` });
    assert.deepEqual(parse(`00-${ids}`, "a=1,b=2"), { traceparent: `00-${ids}`, tracestate: "a=1,b=2" });
    assert.deepEqual(parse(`00-${ids}`, "x".repeat(513)), { traceparent: `00-${ids}` });
  });

  it("of a later version is passed on as version 00", () => {
    assert.deepEqual(parse(`01-${ids}-more`), { traceparent: `00-${ids}` });
  });

  it("is empty when it is invalid", () => {
    for (const traceparent of [
      "",
      "nonsense",
      `ff-${ids}`,
      `00-${ids}-more`,
      `00-${ids.toUpperCase()}`,
      `00-${"0".repeat(32)}-00f067aa0ba902b7-01`,
      `00-4bf92f3577b34da6a3ce929d0e0e4736-${"0".repeat(16)}-01`,
    ]) {
      assert.deepEqual(parse(traceparent, "a=1"), {}, traceparent);
    }
  });
});

describe("the request id", () => {
  it("is the client's when it is harmless, else a new one", () => {
    const idOf = (id: string) => requestIdOf(new Headers({ "x-request-id": id }));
    for (const id of ["7", "abc-DEF_1.2:3/4+5=", "a".repeat(128)]) assert.equal(idOf(id), id);
    for (const id of ["", "a b", '"', "<b>", "a".repeat(129)]) assert.match(idOf(id), /^[0-9a-f-]{36}$/);
    assert.notEqual(requestIdOf(new Headers()), requestIdOf(new Headers()));
  });
});
