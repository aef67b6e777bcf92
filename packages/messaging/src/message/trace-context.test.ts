import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { parseTraceContext, traceIdOf } from "./trace-context.ts";

describe("the trace context", () => {
  const ids = "4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
  const parse = (traceparent: string, tracestate?: string) => parseTraceContext({ traceparent, tracestate });

  it("is taken when it is valid", () => {
    assert.deepEqual(parse(`00-${ids}`), { traceparent: `00-${ids}` });
    assert.deepEqual(parse(`00-${ids}`, "a=1,b=2"), { traceparent: `00-${ids}`, tracestate: "a=1,b=2" });
    assert.deepEqual(parse(`00-${ids}`, "x".repeat(513)), { traceparent: `00-${ids}` });
  });

  it("of a later version is passed on as version 00", () => {
    assert.deepEqual(parse(`01-${ids}-more`), { traceparent: `00-${ids}` });
    assert.equal(traceIdOf(`01-${ids}-more`), ids.slice(0, 32));
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
      assert.equal(traceIdOf(traceparent), undefined, traceparent);
    }
  });
});
