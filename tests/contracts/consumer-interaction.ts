/** One interaction of a consumer's pact, written with the code that reads the message: a handler, or a requester. */

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { Matchers, Pact } from "@pact-foundation/pact";
import type {
  MessageDescriptor,
  Requester,
  ServiceDefinition,
  ServiceTopology,
} from "@rabbit-contract/messaging";
import { directReplyTo } from "@rabbit-contract/messaging/testing";
import type { ConsumeMessage } from "amqplib";
import type { ConsumedMessage } from "./consumed-queues.ts";
import { completed } from "./field-paths.ts";
import { matching } from "./matchers.ts";
import { forPact, type Metadata, messageOf, propertySchemas } from "./metadata.ts";
import { fieldsOf, watchReads } from "./reads.ts";

/** Some fields of a payload; one item of each list. */
export type Part<Value> = Value extends readonly (infer Item)[]
  ? readonly [Part<Item>]
  : Value extends object
    ? { readonly [Key in keyof Value]?: Part<Value[Key]> }
    : Value;

interface WrittenInteraction {
  /** The service that sends the message. */
  readonly from: string;
  /** The provider state. */
  readonly given: string;
  /** Exactly the fields that its consumer reads, each with an example; `{}` if it reads none. */
  readonly payload: unknown;
  /** A complete payload, with the fields that the runtime requires but the consumer does not read. */
  readonly example: unknown;
  /** Where the pact is written. */
  readonly directory: string;
}

export interface ConsumerInteraction extends WrittenInteraction {
  readonly topology: ServiceTopology;
  readonly consumed: ConsumedMessage;
  /** Fails if the message had no effect. */
  readonly hasWorked: () => Promise<void>;
}

/** @throws Error if the handler fails, or reads other fields than those of `payload` */
export async function writeInteraction(interaction: ConsumerInteraction): Promise<void> {
  const { topology, consumed, hasWorked } = interaction;
  const { queue, message, isRequest, handle } = consumed;
  const consumer = topology.service;
  const route = { ...routeOf(topology, queue, message), ...(isRequest && { replyTo: directReplyTo }) };
  await write({ ...interaction, consumer, message, route }, async (delivered) => {
    const handling = await handle(delivered);
    if (handling.thrown) throw handling.thrown;
    assert.equal(handling.outcome.kind, "done");
    assert.equal("answer" in handling.outcome, isRequest);
    await hasWorked();
    return { reader: `${consumer}'s handler of ${message.type}`, reads: handling.reads };
  });
}

export interface ReplyInteraction extends WrittenInteraction {
  readonly requester: Pick<ServiceDefinition, "name" | "requests">;
  /** The name of the request's method in the client. */
  readonly request: string;
  /** Runs the code that makes the request and reads its reply. Fails if the reply had no effect. */
  readonly ask: (requester: Requester) => Promise<unknown>;
}

/**
 * The requester is the consumer of the reply, and the service that answers is its provider.
 * @throws Error if `ask` fails, or reads other fields than those of `payload`
 */
export async function writeReply(interaction: ReplyInteraction): Promise<void> {
  const { requester, request, ask } = interaction;
  const message = requester.requests?.[request]?.reply;
  if (!message) throw new Error(`${requester.name} makes no request "${request}"`);
  // Its route is the address of the requester's channel, which no contract knows.
  await write({ ...interaction, consumer: requester.name, message, route: {} }, async (delivered) => {
    let reads: (() => string[]) | undefined;
    await ask({
      async request(_, read) {
        const watched = watchReads(read(delivered));
        ({ reads } = watched);
        return watched.payload;
      },
    });
    if (!reads) throw new Error(`${requester.name} did not request "${request}"`);
    return { reader: `${requester.name}'s reader of ${message.type}`, reads: reads() };
  });
}

interface Written extends WrittenInteraction {
  readonly consumer: string;
  readonly message: MessageDescriptor<unknown>;
  /** Where the message goes, and where its reply. */
  readonly route: Metadata;
}

/** Writes the interaction if `consume` accepts its message and reads what it names. */
async function write(
  { consumer, from, given, message, route, payload, example, directory }: Written,
  consume: (
    delivered: ConsumeMessage,
  ) => Promise<{ readonly reader: string; readonly reads: readonly string[] }>,
): Promise<void> {
  const pact = new Pact({ consumer, provider: from, dir: directory, logLevel: "warn" });
  await pact
    .addAsynchronousInteraction()
    .given(given)
    .expectsToReceive(message.type, (builder) => {
      builder.withMetadata(forPact({ ...route, ...expectedProperties(message) }));
      builder.withJSONContent(expectedContent(message, payload));
    })
    .executeTest(async ({ contents, metadata }) => {
      const { reader, reads } = await consume(messageOf(metadata, completed(example, contents.content)));
      requireSame(reader, reads, fieldsOf(payload));
    });
}

/** Pact accepts no empty example, so the pact of a consumer that reads no field accepts any object. */
function expectedContent(message: MessageDescriptor<unknown>, payload: unknown): unknown {
  return fieldsOf(payload).length === 0 ? Matchers.like({}) : matching(message.payload, payload);
}

function requireSame(handler: string, reads: readonly string[], named: readonly string[]): void {
  const unnamed = reads.filter((field) => !named.includes(field));
  const unread = named.filter((field) => !reads.includes(field));
  const wrong = [
    ...(unnamed.length > 0 ? [`reads ${unnamed.join(", ")}, which its pact does not name`] : []),
    ...(unread.length > 0 ? [`does not read ${unread.join(", ")}, which its pact names`] : []),
  ];
  if (wrong.length > 0) throw new Error(`${handler} ${wrong.join(", and ")}: change the test or the handler`);
}

function routeOf(topology: ServiceTopology, queue: string, { type }: ConsumedMessage["message"]): Metadata {
  const bindings = topology.queues.find(({ name }) => name === queue)?.bindings ?? [];
  const binding = bindings.find(({ routingKey }) => routingKey === type);
  if (!binding) throw new Error(`the queue ${queue} is not bound with the key "${type}"`);
  return { exchange: binding.exchange, routingKey: binding.routingKey };
}

/** What the runtime reads from every message besides its payload: see `read` in decode.ts. */
function expectedProperties({ type, schemaVersion }: MessageDescriptor<unknown>): Metadata {
  const { messageId, correlationId } = propertySchemas.Properties.properties;
  return {
    type,
    contentType: "application/json",
    messageId: Matchers.regex(messageId.pattern, messageIdOf(type)),
    correlationId: Matchers.regex(correlationId.pattern, "019a4f2e-7b10-7c3a-9d51-3f2a6b8c1d01"),
    timestamp: Matchers.integer(1_773_480_413),
    ...(schemaVersion !== undefined && { "headers.schema-version": Matchers.equal(schemaVersion) }),
  };
}

/**
 * The same on every run, but different for each message: the inbox would treat two messages with one id as duplicates.
 */
function messageIdOf(type: string): string {
  const hash = createHash("sha256").update(type).digest("hex");
  return `019a4f2e-7b12-7000-8000-${hash.slice(0, 12)}`;
}
