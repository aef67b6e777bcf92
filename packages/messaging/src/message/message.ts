import type { TSchema } from "@sinclair/typebox";
import { v7 as uuidv7 } from "uuid";
import { MessagingError } from "../errors.ts";
import { routingKeyFor } from "../topology/address.ts";
import type { PublishedRoute, RouteParameter } from "../topology/topology.ts";
import type { TraceContext } from "./trace-context.ts";
import type { Problem } from "./validation.ts";

export type HeaderValue = string | number | boolean;

/**
 * A check that the generator compiled ahead of time.
 * @param closed refuse fields that the schema does not name (producers do, consumers do not)
 * @returns the first violation, or undefined when `value` is valid
 */
export type Check = (value: unknown, closed: boolean) => Problem | undefined;

/** A message of the contract. `Headers` are those that its publisher sets, in addition to the runtime's. */
export interface MessageDescriptor<Payload, Headers extends object = object> {
  /** Name in the contract and AMQP `type` property, e.g. `basket.filled`. */
  readonly type: string;
  /** Value of the `schema-version` header. @default the message has no versions, and no such header */
  readonly schemaVersion?: number;
  readonly payload: TSchema;
  readonly headers: TSchema;
  readonly checkPayload: Check;
  readonly checkHeaders: Check;
  /**
   * The AMQP `correlation_id`, from the contract's `correlationId.location`; undefined for a message without that header.
   * @default the message's own id
   */
  correlationId?(payload: Payload, headers: Headers): string | undefined;
  /** Only carry the types of payload and headers; never set. */
  readonly payloadType?: Payload;
  readonly headersType?: Headers;
}

/** A message together with the route that its producer sends it on. */
export interface PublishedMessage<Payload> extends Omit<PublishedRoute, "queues"> {
  readonly message: MessageDescriptor<Payload>;
  /** AMQP `app_id`. */
  readonly service: string;
}

export type PayloadOf<Message> = Message extends MessageDescriptor<infer Payload> ? Payload : never;

export type HeadersOf<Message> = Message extends { readonly headersType?: infer Headers }
  ? Headers extends object
    ? Headers
    : object
  : object;

/** What caused a message. */
export interface MessageContext extends TraceContext {
  /** Id of the message that caused this one; absent when a request or a clock did. */
  readonly causationId?: string;
}

export interface SendContext extends MessageContext {
  /** Its id, for a sender that stores it with the change that the message reports. @default a new one; from `uuidv7` */
  readonly messageId?: string;
}

/** The context of a message to send, and what its address needs in addition to the payload. */
export interface PublishContext extends SendContext {
  readonly parameters?: Readonly<Record<string, string>>;
  /** The headers that the contract declares, in addition to the runtime's. */
  readonly headers?: Readonly<Record<string, HeaderValue | undefined>>;
}

/** The parameters of a message's address that its payload does not have. */
export type GivenParameters<Sent> = Sent extends { readonly parameters: infer Parameters }
  ? {
      readonly [Name in keyof Parameters as Parameters[Name] extends Required<Pick<RouteParameter, "path">>
        ? never
        : Name]: Parameters[Name] extends { readonly values: readonly (infer Value)[] } ? Value : string;
    }
  : Record<never, never>;

/** A message as it stands in the outbox: encoded once, valid against the contract, ready to publish. */
export interface OutboxMessage {
  /** UUIDv7; becomes the AMQP `message_id` and stays the same however often it is published. */
  readonly id: string;
  readonly type: string;
  readonly service: string;
  readonly exchange: string;
  readonly routingKey: string;
  readonly correlationId: string;
  /** Unix time in seconds, the unit of the AMQP `timestamp` property. */
  readonly timestamp: number;
  readonly headers: Readonly<Record<string, HeaderValue>>;
  /** The payload as JSON. */
  readonly content: string;
}

/** Adds a message to the transaction's outbox; it is published after the commit, and only then. */
export type AppendToOutbox<Transaction> = (tx: Transaction, message: OutboxMessage) => void;

export function defineMessage<Payload, Headers extends object = object>(
  descriptor: MessageDescriptor<Payload, Headers>,
): MessageDescriptor<Payload, Headers> {
  return descriptor;
}

/**
 * Validates and encodes a payload for the outbox.
 * @throws MessagingError `message-invalid` when payload, headers or a parameter of the address break the contract
 */
export function publishedMessage<Payload>(
  route: PublishedMessage<Payload>,
  payload: Payload,
  context: PublishContext = {},
): OutboxMessage {
  const { message } = route;
  const headers: Record<string, HeaderValue> = {};
  for (const [name, value] of Object.entries(context.headers ?? {})) {
    if (value !== undefined) headers[name] = value;
  }
  if (message.schemaVersion !== undefined) headers["schema-version"] = message.schemaVersion;
  if (context.causationId !== undefined) headers["causation-id"] = context.causationId;
  if (context.traceparent !== undefined) headers.traceparent = context.traceparent;
  if (context.tracestate !== undefined) headers.tracestate = context.tracestate;

  let content = "";
  const problem = unlessTooDeep(() => {
    const found = message.checkPayload(payload, true);
    if (!found) content = JSON.stringify(payload);
    return found;
  });
  if (problem) throw MessagingError.invalidMessage(message.type, "payload", problem);
  const headerProblem = message.checkHeaders(headers, true);
  if (headerProblem) throw MessagingError.invalidMessage(message.type, "headers", headerProblem);

  const id = context.messageId ?? uuidv7();
  const correlationId = message.correlationId?.(payload, headers) ?? id;
  // An AMQP short string; a message that cannot be encoded would stay in the outbox forever.
  if (correlationId === "" || Buffer.byteLength(correlationId) > 255) {
    throw new MessagingError(
      "message-invalid",
      `cannot send ${message.type}: its correlation id must have 1 to 255 bytes, got "${correlationId}"`,
    );
  }
  return {
    id,
    type: message.type,
    service: route.service,
    exchange: route.exchange,
    routingKey: routingKeyFor(message.type, route, payload, context.parameters),
    correlationId,
    timestamp: Math.floor(Date.now() / 1000),
    headers,
    content,
  };
}

/**
 * What `check` finds. A payload of a recursive schema may be nested as deep as its sender likes: one that overflows the
 * stack is refused like any other that breaks the contract. How deep that is depends on the runtime.
 */
export function unlessTooDeep(check: () => Problem | undefined): Problem | undefined {
  try {
    return check();
  } catch (error) {
    // V8 and JavaScriptCore say the same: "Maximum call stack size exceeded".
    if (!(error instanceof RangeError && error.message.includes("call stack"))) throw error;
    return { pointer: "", message: "is nested too deeply to be checked" };
  }
}
