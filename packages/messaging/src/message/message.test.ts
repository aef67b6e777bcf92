import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { jobAdded } from "../testing/fixtures.ts";
import { type MessageDescriptor, publishedMessage } from "./message.ts";
import type { Problem } from "./validation.ts";

const route = { message: jobAdded, service: "shop", exchange: "shop", routingKey: "job.added" };

describe("a message for the outbox", () => {
  it("is encoded once, with its route, its context and a new id", () => {
    const context = {
      causationId: "019a4f2e-7b12-7d90-b1c4-0a5e7f3d2c11",
      traceparent: "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
      tracestate: "vendor=1",
    };
    const { id, timestamp, ...rest } = publishedMessage(route, { name: "one" }, context);
    assert.match(id, /^[0-9a-f-]{36}$/);
    assert.ok(Math.abs(timestamp - Date.now() / 1000) < 5);
    assert.deepEqual(rest, {
      type: "job.added",
      service: "shop",
      exchange: "shop",
      routingKey: "job.added",
      correlationId: "job one",
      headers: {
        "schema-version": 1,
        "causation-id": context.causationId,
        traceparent: context.traceparent,
        tracestate: "vendor=1",
      },
      content: '{"name":"one"}',
    });
  });

  it("is refused when it violates the contract, with the location", () => {
    const refusing = (part: "checkPayload" | "checkHeaders") => ({
      ...route,
      message: { ...jobAdded, [part]: () => ({ pointer: "/a/b", message: "must be green" }) },
    });
    assert.throws(() => publishedMessage(refusing("checkPayload"), { name: "one" }), {
      code: "message-invalid",
      message: "cannot send job.added: its payload at /a/b must be green",
    });
    assert.throws(() => publishedMessage(refusing("checkHeaders"), { name: "one" }), {
      code: "message-invalid",
      message: "cannot send job.added: its headers at /a/b must be green",
    });
  });

  it("is refused when it is nested deeper than the stack allows", () => {
    let payload: unknown = "x";
    for (let depth = 0; depth < 100_000; depth++) payload = { inner: payload };
    const checkDeep = (value: unknown): Problem | undefined => {
      const inner = typeof value === "object" && value !== null && "inner" in value && checkDeep(value.inner);
      return inner || undefined;
    };
    const message = { ...jobAdded, checkPayload: checkDeep };
    assert.throws(() => publishedMessage({ ...route, message }, payload as { name: string }), {
      code: "message-invalid",
      message: /its payload .*is nested too deeply/,
    });
  });

  it("is refused when its correlation id does not fit into AMQP", () => {
    for (const correlationId of ["", "é".repeat(128)]) {
      const message = { ...jobAdded, correlationId: () => correlationId };
      assert.throws(() => publishedMessage({ ...route, message }, { name: "one" }), {
        code: "message-invalid",
      });
    }
  });

  it("is correlated by a header when the contract says so, and by its own id without that header", () => {
    const message: MessageDescriptor<{ name: string }, { order?: string }> = {
      ...jobAdded,
      correlationId: (_, { order }) => order,
    };
    const sent = (headers: { order?: string }) =>
      publishedMessage({ ...route, message }, { name: "one" }, { headers });
    assert.equal(sent({ order: "o-1" }).correlationId, "o-1");
    const { id, correlationId } = sent({});
    assert.equal(correlationId, id);
  });

  it("is correlated by its own id when the contract gives no other correlation id", () => {
    const { correlationId: _, ...message } = jobAdded;
    const { id, correlationId } = publishedMessage({ ...route, message }, { name: "one" });
    assert.equal(correlationId, id);
  });
});

describe("message ids", () => {
  const ids = (count: number) =>
    Array.from({ length: count }, () => publishedMessage(route, { name: "one" }).id);

  it("are lower-case UUIDs of version 7, and strictly increase within a process", () => {
    const made = ids(20_000);
    for (const id of made.slice(0, 100)) {
      assert.match(id, /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    }
    assert.deepEqual(made, [...new Set(made)].sort());
  });

  it("increase when the clock is set back", (context) => {
    const [before = ""] = ids(1);
    const earlier = Date.now() - 60_000;
    context.mock.method(Date, "now", () => earlier);
    const [after = ""] = ids(1);
    assert.ok(after > before, `${after} is not greater than ${before}`);
  });
});
