import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { stoppedClock } from "@rabbit-contract/messaging/testing";
import { requestSpans, type StartRequest } from "./http-spans.ts";
import { memoryTracer } from "./testing/spans.ts";

const given = "4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7";

function request(path: string, method = "GET"): Request {
  return new Request(`http://127.0.0.1:8002${path}`, { method });
}

/** How many of so many requests without a trace begin one. */
function begun(start: StartRequest, requests: number): number {
  return Array.from({ length: requests }, () => start(request("/baskets"), {})).filter(Boolean).length;
}

describe("spans of requests", () => {
  it("follow the sender's decision, whatever the share is", () => {
    const { tracer, spans } = memoryTracer();
    const all = requestSpans(tracer, 1);
    const none = requestSpans(tracer, 0);
    assert.equal(all(request("/baskets"), { traceparent: `00-${given}-00` }), undefined);
    none(request("/baskets"), { traceparent: `00-${given}-01`, tracestate: "vendor=1" })?.end(
      "/baskets",
      200,
    );
    const [span] = spans();
    assert.equal(span?.spanContext().traceId, given.slice(0, 32));
    assert.equal(span?.parentSpanContext?.spanId, given.slice(33));
  });

  it("begin a trace for a share of the requests without one", () => {
    const { tracer } = memoryTracer();
    assert.equal(requestSpans(tracer, 0)(request("/baskets"), {}), undefined);
    const started = requestSpans(tracer, 1)(request("/baskets"), {});
    assert.match(started?.trace.traceparent ?? "", /^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/);
    using clock = stoppedClock();
    const half = requestSpans(tracer, 0.5);
    let recorded = 0;
    for (let second = 0; second < 1_000; second++, clock.now += 1_000) recorded += begun(half, 1);
    // 500, with a standard deviation of 16; twelve times that never happens.
    assert.ok(recorded > 300 && recorded < 700, `${recorded} of 1000`);
  });

  it("begin at most 50 traces a second, unless all are asked for", () => {
    const { tracer } = memoryTracer();
    using clock = stoppedClock();
    const most = requestSpans(tracer, 0.999_999_999);
    assert.equal(begun(most, 200), 50);
    assert.ok(most(request("/baskets"), { traceparent: `00-${given}-01` }), "the sender has decided");
    clock.now += 1_000;
    assert.equal(begun(most, 200), 50);
    assert.equal(begun(requestSpans(tracer, 1), 200), 200);
  });

  it("have the names and attributes of OpenTelemetry's conventions", () => {
    const { tracer, spans } = memoryTracer();
    const start = requestSpans(tracer, 1);
    start(request("/baskets/o-1?secret=1"), { tracestate: "vendor=1" })?.end("/baskets/:basketId", 200);
    start(request("/nowhere"), {})?.end(undefined, 500);
    const [found, lost] = spans();
    assert.equal(found?.name, "GET /baskets/:basketId");
    assert.deepEqual(found?.attributes, {
      "http.request.method": "GET",
      "http.response.status_code": 200,
      "http.route": "/baskets/:basketId",
      "server.address": "127.0.0.1",
      "server.port": 8002,
      "url.path": "/baskets/o-1",
      "url.scheme": "http",
    });
    assert.equal(lost?.name, "GET");
    assert.equal(lost?.attributes["error.type"], "500");
  });

  it("are not made for health checks and scrapes", () => {
    const { tracer } = memoryTracer();
    const start = requestSpans(tracer, 1);
    for (const path of ["/health/live", "/health/ready", "/metrics"])
      assert.equal(start(request(path), {}), undefined);
  });
});
