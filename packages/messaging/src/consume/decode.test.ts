import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { allDone } from "../consume/outcome.ts";
import type { Problem } from "../message/validation.ts";
import { arrived } from "../testing/arrived.ts";
import { jobAdded } from "../testing/fixtures.ts";
import { decode } from "./decode.ts";
import { type Subscriptions, subscriptionsOf } from "./handler.ts";

const handler = async (deliveries: readonly unknown[]) => allDone(deliveries);
const subscriptions: Subscriptions<unknown> = subscriptionsOf(
  { name: "jobs", messages: { jobAdded } },
  { jobAdded: handler },
);

describe("decoding a message", () => {
  it("returns a delivery with the context for the messages that it causes", () => {
    const traceparent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
    const headers = {
      "schema-version": 1,
      traceparent,
      tracestate: "vendor=1",
      "retry-attempt": 2,
      "x-stream": [{ offset: 1 }],
    };
    const decoded = decode(
      arrived({ properties: { headers }, fields: { redelivered: true } }),
      subscriptions,
    );
    assert.ok("delivery" in decoded);
    assert.deepEqual(decoded.delivery, {
      messageId: "019a4f2e-7b12-7d90-b1c4-0a5e7f3d2c11",
      type: "job.added",
      payload: { name: "one" },
      headers: { "schema-version": 1, traceparent, tracestate: "vendor=1", "retry-attempt": 2 },
      publishedAt: new Date(1_770_000_000_000),
      attempt: 3,
      redelivered: true,
      exchange: "shop",
      routingKey: "job.added",
      correlationId: "c-1",
      context: {
        causationId: "019a4f2e-7b12-7d90-b1c4-0a5e7f3d2c11",
        traceparent,
        tracestate: "vendor=1",
      },
    });
    assert.equal(decoded.subscription, subscriptions.get("job.added")?.get(1));
  });

  it("takes a message without a schema-version where its contract has no versions", () => {
    const { schemaVersion: _, ...plain } = jobAdded;
    const checkHeaders = () => undefined;
    const unversioned = subscriptionsOf<unknown>(
      { name: "jobs", messages: { jobAdded: { ...plain, checkHeaders } } },
      { jobAdded: handler },
    );
    for (const headers of [{}, { "schema-version": 2 }, { "schema-version": "old" }]) {
      assert.ok("delivery" in decode(arrived({ properties: { headers } }), unversioned));
    }
  });

  const refused: [what: string, message: Parameters<typeof arrived>[0], why: string, reason: RegExp][] = [
    ["content that is not JSON", { content: "{" }, "undecodable", /not JSON/],
    ["empty content", { content: "" }, "undecodable", /not JSON/],
    ["content that is not UTF-8", { content: Buffer.from([0x22, 0xff, 0x22]) }, "undecodable", /not UTF-8/],
    ["content that is nested too deeply", { content: "[".repeat(1_000_000) }, "undecodable", /not JSON/],
    ["content above a mebibyte", { content: `"${"x".repeat(1_048_576)}"` }, "invalid", /1048578 bytes/],
    [
      "a payload that violates the schema",
      { content: '{"name":1}' },
      "invalid",
      /payload at "\/name" must be/,
    ],
    ["a payload that is null", { content: "null" }, "invalid", /payload/],
    ["no type", { properties: { type: undefined } }, "invalid", /type is missing/],
    ["another type", { properties: { type: "x" } }, "unknown-message", /accepts no messages of type "x"/],
    ["no headers", { properties: { headers: undefined } }, "invalid", /schema-version is missing/],
    ["another version", { properties: { headers: { "schema-version": 9 } } }, "unknown-message", /version 9/],
    ["no message id", { properties: { messageId: undefined } }, "invalid", /message_id.*got nothing/],
    ["a message id that is not a UUID", { properties: { messageId: "7" } }, "invalid", /message_id.*got "7"/],
    ["no correlation id", { properties: { correlationId: undefined } }, "invalid", /correlation_id/],
    ["no timestamp", { properties: { timestamp: undefined } }, "invalid", /timestamp.*got nothing/],
    ["a timestamp beyond any date", { properties: { timestamp: 1e15 } }, "invalid", /timestamp/],
    ["another content type", { properties: { contentType: "text/plain" } }, "invalid", /content_type/],
    ["compressed content", { properties: { contentEncoding: "gzip" } }, "invalid", /content_encoding/],
  ];
  for (const [what, message, why, reason] of refused) {
    it(`refuses ${what}`, () => {
      const decoded = decode(arrived(message), subscriptions);
      assert.ok("why" in decoded, "it was accepted");
      assert.equal(decoded.why, why);
      assert.match(decoded.reason, reason);
    });
  }

  it("refuses a payload that is nested deeper than its check can go", () => {
    const depth = 100_000;
    const content = `${'{"a":'.repeat(depth)}1${"}".repeat(depth)}`;
    const checkPayload = (value: unknown): Problem | undefined => {
      const inner = typeof value === "object" && value !== null && "a" in value && checkPayload(value.a);
      return inner || undefined;
    };
    const queue = { name: "jobs", messages: { jobAdded: { ...jobAdded, checkPayload } } };
    const decoded = decode(arrived({ content }), subscriptionsOf(queue, { jobAdded: handler }));
    assert.ok("why" in decoded, "it was accepted");
    assert.match(decoded.reason, /payload at "" is nested too deeply|not JSON/);
  });

  it("refuses a message whose check throws instead of stopping the queue", () => {
    const checkPayload = () => {
      throw new Error("broken check");
    };
    const queue = { name: "jobs", messages: { jobAdded: { ...jobAdded, checkPayload } } };
    const decoded = decode(arrived(), subscriptionsOf(queue, { jobAdded: handler }));
    assert.ok("why" in decoded);
    assert.match(decoded.reason, /broken check/);
  });

  it("refuses two handlers for one message", () => {
    assert.throws(
      () =>
        subscriptionsOf(
          { name: "jobs", messages: { one: jobAdded, other: jobAdded } },
          { one: handler, other: handler },
        ),
      /job.added version 1 has two handlers/,
    );
  });
});
