/**
 * Spans of messages, by OpenTelemetry's conventions for messaging. Only for those whose trace is recorded; for all
 * others, one digit of `traceparent` is read.
 *
 * | span      | kind     | parent                      | stands for                                                     |
 * | --------- | -------- | --------------------------- | -------------------------------------------------------------- |
 * | `create`  | producer | the request or the delivery | putting a message into the outbox; travels in its headers       |
 * | `send`    | client   | `create`, or `process`      | handing it to the broker, again after a failure, or as a replay |
 * | `request` | client   | what caused the request     | a request until its reply; travels in the request's headers     |
 * | `process` | consumer | `create`, or `request`      | a message from its arrival to its acknowledgement, each attempt |
 * | `process` | consumer | none, with links            | a batch of several, which their own spans link to               |
 */
import {
  type Attributes,
  type Context,
  type Link,
  ROOT_CONTEXT,
  type Span,
  SpanKind,
  SpanStatusCode,
  type Tracer,
  trace,
} from "@opentelemetry/api";
import type {
  Delivery,
  MessageContext,
  ObservedBatch,
  OutboxMessage,
  Redirection,
  Replay,
  SentAnswer,
} from "@rabbit-contract/messaging";
import { sampledParent, traceparentOf } from "./trace-context.ts";

const system = { "messaging.system": "rabbitmq" };

/** Stands for all addresses of requesters, each of which is used once. */
const directReplyTo = "amq.rabbitmq.reply-to";

export class MessagingSpans {
  readonly #tracer: Tracer;

  constructor(tracer: Tracer) {
    this.#tracer = tracer;
  }

  /** Gives each message that is recorded a `create` span, in place of the context that caused it. */
  create(messages: OutboxMessage[]): void {
    for (const [index, message] of messages.entries()) {
      const parent = sampledParent(message.headers);
      if (!parent) continue;
      const span = this.#start("create", SpanKind.PRODUCER, attributesOf(message), parent);
      messages[index] = { ...message, headers: { ...message.headers, traceparent: traceparentOf(span) } };
      span.end();
    }
  }

  /** @param started `performance.now()` when it was handed over */
  sent(message: OutboxMessage, started: number, failure?: string): void {
    const parent = sampledParent(message.headers);
    if (!parent) return;
    const span = this.#start("send", SpanKind.CLIENT, attributesOf(message), parent, started);
    if (failure !== undefined) fail(span, failure);
    span.end();
  }

  /** Undefined unless the request is recorded; otherwise the request that carries its span, which `end` ends. */
  request(message: OutboxMessage): { message: OutboxMessage; end(failure?: string): void } | undefined {
    const parent = sampledParent(message.headers);
    if (!parent) return undefined;
    const span = this.#start("request", SpanKind.CLIENT, attributesOf(message), parent);
    return {
      message: { ...message, headers: { ...message.headers, traceparent: traceparentOf(span) } },
      end(failure) {
        if (failure !== undefined) fail(span, failure);
        span.end();
      },
    };
  }

  replayed({ queue, exchange, messageId, headers, started }: Replay): void {
    const parent = sampledParent(headers);
    if (!parent) return;
    const attributes = {
      ...addressed(exchange, queue),
      ...(messageId && { "messaging.message.id": messageId }),
    };
    this.#start("send", SpanKind.CLIENT, attributes, parent, started).end();
  }

  /** Undefined when none of the deliveries is recorded. */
  process(queue: string, deliveries: readonly Delivery<unknown>[]): ObservedBatch | undefined {
    let recorded: Recorded[] | undefined;
    for (const delivery of deliveries) {
      const parent = sampledParent(delivery.context);
      if (!parent) continue;
      recorded ??= [];
      recorded.push({ delivery, parent });
    }
    return recorded && this.#processing(queue, recorded, deliveries.length);
  }

  #processing(queue: string, recorded: readonly Recorded[], size: number): ObservedBatch {
    const batch = size > 1 ? this.#startBatch(queue, recorded, size) : undefined;
    const links = batch ? [{ context: batch.spanContext() }] : [];
    const spans = new Map<string, Span>();
    const contexts = new Map<string, MessageContext>();
    for (const { delivery, parent } of recorded) {
      const { messageId, correlationId, context, attempt, exchange, routingKey } = delivery;
      const attributes = {
        ...addressed(exchange, routingKey, queue),
        "messaging.message.id": messageId,
        "messaging.message.conversation_id": correlationId,
        "delivery.attempt": attempt,
      };
      const span = this.#start("process", SpanKind.CONSUMER, attributes, parent, undefined, links);
      spans.set(messageId, span);
      contexts.set(messageId, { ...context, traceparent: traceparentOf(span) });
    }
    const end = (failure?: string) => {
      for (const span of [...spans.values(), ...(batch ? [batch] : [])]) {
        if (failure !== undefined) fail(span, failure);
        span.end();
      }
    };
    return {
      contexts,
      redirected: (redirection) => this.#redirected(spans.get(redirection.messageId ?? ""), redirection),
      answered: (answer) => this.#answered(spans.get(answer.messageId ?? ""), answer),
      acknowledged: () => end(),
      abandoned: () => end("abandoned"),
    };
  }

  #startBatch(queue: string, recorded: readonly Recorded[], size: number): Span {
    const links = recorded.flatMap<Link>(({ parent }) => {
      const context = trace.getSpanContext(parent);
      return context ? [{ context }] : [];
    });
    const attributes = { "messaging.destination.name": queue, "messaging.batch.message_count": size };
    return this.#start("process", SpanKind.CONSUMER, attributes, ROOT_CONTEXT, undefined, links);
  }

  /** The span of a message that failed, and beneath it that of the way it took. */
  #redirected(span: Span | undefined, { exchange, queue, deadLettered, reason, started }: Redirection): void {
    if (!span) return;
    fail(span, deadLettered ?? "retried", reason);
    const parent = trace.setSpan(ROOT_CONTEXT, span);
    this.#start("send", SpanKind.CLIENT, addressed(exchange, queue), parent, started).end();
  }

  #answered(span: Span | undefined, { message, refused, started }: SentAnswer): void {
    if (!span) return;
    const attributes = {
      ...attributesOf({ ...message, exchange: "", routingKey: directReplyTo }),
      "messaging.destination.temporary": true,
    };
    const parent = trace.setSpan(ROOT_CONTEXT, span);
    const send = this.#start("send", SpanKind.CLIENT, attributes, parent, started);
    if (refused) fail(send, "refused");
    send.end();
  }

  #start(
    operation: "create" | "send" | "request" | "process",
    kind: SpanKind,
    attributes: Attributes,
    parent: Context,
    started?: number,
    links: Link[] = [],
  ): Span {
    const name = `${operation} ${attributes["messaging.destination.name"]}`;
    const operations = {
      "messaging.operation.name": operation,
      "messaging.operation.type": operation === "request" ? "send" : operation,
    };
    return this.#tracer.startSpan(
      name,
      {
        kind,
        links,
        attributes: { ...system, ...operations, ...attributes },
        ...(started !== undefined && { startTime: Date.now() - (performance.now() - started) }),
      },
      parent,
    );
  }
}

interface Recorded {
  readonly delivery: Delivery<unknown>;
  readonly parent: Context;
}

function attributesOf({ id, exchange, routingKey, correlationId, content }: OutboxMessage): Attributes {
  return {
    ...addressed(exchange, routingKey),
    "messaging.message.id": id,
    "messaging.message.conversation_id": correlationId,
    "messaging.message.body.size": Buffer.byteLength(content),
  };
}

/**
 * The conventions name a destination by exchange, routing key and queue; a key that equals the queue's name is given
 * once.
 */
function addressed(exchange: string, routingKey: string, queue?: string): Attributes {
  const names = [exchange, routingKey, ...(queue !== undefined && queue !== routingKey ? [queue] : [])];
  return {
    "messaging.destination.name": names.filter((name) => name !== "").join(":"),
    "messaging.rabbitmq.destination.routing_key": routingKey,
  };
}

function fail(span: Span, type: string, message?: string): void {
  span.setAttribute("error.type", type);
  span.setStatus({ code: SpanStatusCode.ERROR, ...(message !== undefined && { message }) });
}
