import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { ReadableSpan } from "@opentelemetry/sdk-trace";
import type { Delivery, OutboxMessage } from "@rabbit-contract/messaging";
import { MessagingSpans } from "./messaging-spans.ts";
import { memoryTracer } from "./testing/spans.ts";

const traceIdOf = (digit: number) => String(digit).repeat(32);
const traceparent = (digit: number, flags = "01") => `00-${traceIdOf(digit)}-00f067aa0ba902b7-${flags}`;

function message(headers: OutboxMessage["headers"]): OutboxMessage {
  return {
    id: "019a4f2e-7b10-7c3a-9d51-000000000001",
    type: "parcel.sent",
    service: "counter",
    exchange: "parcels",
    routingKey: "parcel.sent",
    correlationId: "o-1",
    timestamp: 1_800_000_000,
    headers,
    content: "{}",
  };
}

function delivery(id: string, context: { traceparent?: string; tracestate?: string }): Delivery<unknown> {
  return {
    messageId: id,
    type: "parcel.sent",
    payload: {},
    headers: {},
    publishedAt: new Date(),
    attempt: 1,
    redelivered: false,
    exchange: "parcels",
    routingKey: "parcel.sent",
    correlationId: `parcel ${id}`,
    context,
  };
}

function spansOf() {
  const { tracer, spans } = memoryTracer();
  const named = (name: string) => spans().filter((span) => span.name === name);
  return { messaging: new MessagingSpans(tracer), spans, named };
}

const idOf = (span: ReadableSpan | undefined) => span?.spanContext().spanId;

describe("spans of messages", () => {
  it("let a message carry the span that created it, in the trace of its cause", () => {
    const { messaging, spans } = spansOf();
    const messages = [message({ traceparent: traceparent(1), tracestate: "vendor=1", "schema-version": 1 })];
    messaging.create(messages);
    const [span] = spans();
    assert.equal(span?.name, "create parcels:parcel.sent");
    assert.equal(span?.parentSpanContext?.spanId, "00f067aa0ba902b7");
    assert.deepEqual(messages[0]?.headers, {
      traceparent: `00-${traceIdOf(1)}-${idOf(span)}-01`,
      tracestate: "vendor=1",
      "schema-version": 1,
    });
  });

  it("do not change contexts that are not recorded, or malformed", () => {
    const { messaging, spans } = spansOf();
    const headers = [
      {},
      { traceparent: traceparent(1, "00") },
      { traceparent: `ff-${traceIdOf(1)}-00f067aa0ba902b7-01` },
      { traceparent: `00-${traceIdOf(0)}-00f067aa0ba902b7-01` },
      { traceparent: 1 },
      { traceparent: `${"x".repeat(54)}1` },
    ];
    const messages = headers.map(message);
    const before = [...messages];
    messaging.create(messages);
    assert.ok(messages.every((one, index) => one === before[index]));
    for (const one of messages) messaging.sent(one, performance.now());
    const deliveries = [delivery("a", {}), delivery("b", { traceparent: traceparent(1, "00") })];
    assert.equal(messaging.process("depot.parcels", deliveries), undefined);
    assert.deepEqual(spans(), []);
  });

  it("record a message that was not published, and why", () => {
    const { messaging, spans } = spansOf();
    messaging.sent(message({ traceparent: traceparent(1) }), performance.now() - 1_000, "message-returned");
    const [span] = spans();
    assert.equal(span?.name, "send parcels:parcel.sent");
    assert.equal(span?.attributes["error.type"], "message-returned");
    assert.equal(span?.duration[0], 1);
  });

  it("follow a request to its reply: the request carries a span, and the answer is sent below the one that handles it", () => {
    const { messaging, spans } = spansOf();
    const asked = messaging.request(message({ traceparent: traceparent(1) }));
    const carried = String(asked?.message.headers.traceparent);
    const batch = messaging.process("depot.questions", [delivery("a", { traceparent: carried })]);
    const started = performance.now();
    batch?.answered({ messageId: "a", message: message({}), refused: false, started });
    batch?.acknowledged();
    asked?.end();
    const [answer, process, request] = spans();
    assert.deepEqual(
      [request, process, answer].map((span) => [span?.name, span?.parentSpanContext?.spanId]),
      [
        ["request parcels:parcel.sent", "00f067aa0ba902b7"],
        ["process parcels:parcel.sent:depot.questions", idOf(request)],
        ["send amq.rabbitmq.reply-to", idOf(process)],
      ],
    );
    assert.equal(carried, `00-${traceIdOf(1)}-${idOf(request)}-01`);
    assert.equal(request?.attributes["messaging.operation.type"], "send");
  });

  it("say why a request got no reply, and that the broker refused an answer", () => {
    const { messaging, spans } = spansOf();
    assert.equal(messaging.request(message({})), undefined);
    messaging.request(message({ traceparent: traceparent(1) }))?.end("reply-timeout");
    const batch = messaging.process("depot.questions", [delivery("a", { traceparent: traceparent(1) })]);
    batch?.answered({ messageId: "a", message: message({}), refused: true, started: performance.now() });
    assert.deepEqual(
      spans().map(({ name, attributes }) => [name, attributes["error.type"]]),
      [
        ["request parcels:parcel.sent", "reply-timeout"],
        ["send amq.rabbitmq.reply-to", "refused"],
      ],
    );
  });

  it("are one per recorded message of a batch, linked to one for the batch", () => {
    const { messaging, named } = spansOf();
    const batch = messaging.process("depot.parcels", [
      delivery("a", { traceparent: traceparent(1) }),
      delivery("b", {}),
      delivery("c", { traceparent: traceparent(3) }),
    ]);
    assert.deepEqual([...(batch?.contexts?.keys() ?? [])], ["a", "c"]);
    batch?.acknowledged();

    const [together] = named("process depot.parcels");
    assert.equal(together?.attributes["messaging.batch.message_count"], 3);
    assert.equal(together?.parentSpanContext, undefined);
    assert.deepEqual(
      together?.links.map(({ context }) => context.traceId),
      [traceIdOf(1), traceIdOf(3)],
    );
    const alone = named("process parcels:parcel.sent:depot.parcels");
    assert.deepEqual(
      alone.map((span) => [span.spanContext().traceId, span.links[0]?.context.spanId]),
      [1, 3].map((digit) => [traceIdOf(digit), idOf(together)]),
    );
    assert.equal(batch?.contexts?.get("c")?.traceparent, `00-${traceIdOf(3)}-${idOf(alone[1])}-01`);
  });

  it("do not include one for a batch of a single message", () => {
    const { messaging, spans } = spansOf();
    messaging.process("depot.parcels", [delivery("a", { traceparent: traceparent(1) })])?.acknowledged();
    assert.deepEqual(
      spans().map(({ name, links }) => [name, links.length]),
      [["process parcels:parcel.sent:depot.parcels", 0]],
    );
  });

  it("say where a failed message went, and that a batch was abandoned", () => {
    const { messaging, spans } = spansOf();
    const batch = messaging.process("depot.parcels", [delivery("a", { traceparent: traceparent(1) })]);
    batch?.redirected({
      messageId: "a",
      type: "parcel.sent",
      exchange: "depot.redelivery",
      queue: "depot.parcels.dead",
      deadLettered: "rejected",
      reason: "no such parcel",
      started: performance.now(),
    });
    batch?.acknowledged();
    const [send, process] = spans();
    assert.equal(send?.name, "send depot.redelivery:depot.parcels.dead");
    assert.equal(send?.parentSpanContext?.spanId, idOf(process));
    assert.equal(process?.attributes["error.type"], "rejected");
    assert.equal(process?.status.message, "no such parcel");

    messaging.process("depot.parcels", [delivery("b", { traceparent: traceparent(2) })])?.abandoned();
    assert.equal(spans().at(-1)?.attributes["error.type"], "abandoned");
  });
});
