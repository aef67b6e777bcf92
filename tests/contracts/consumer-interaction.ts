/** One interaction of a consumer's pact, written with its real handler. */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { Matchers, Pact } from "@pact-foundation/pact";
import type { ServiceTopology } from "@rabbit-contract/messaging";
import type { ConsumedMessage } from "./consumed-queues.ts";
import { completed } from "./field-paths.ts";
import { matching } from "./matchers.ts";
import { forPact, type Metadata, messageOf, propertySchemas } from "./metadata.ts";
import { fieldsOf } from "./reads.ts";

/** Some fields of a payload; one item of each list. */
export type Part<Value> = Value extends readonly (infer Item)[]
  ? readonly [Part<Item>]
  : Value extends object
    ? { readonly [Key in keyof Value]?: Part<Value[Key]> }
    : Value;

export interface ConsumerInteraction {
  readonly topology: ServiceTopology;
  readonly consumed: ConsumedMessage;
  /** The service that sends the message. */
  readonly from: string;
  /** The provider state. */
  readonly given: string;
  /** Exactly the fields that the handler reads, each with an example; `{}` if it reads none. */
  readonly payload: unknown;
  /** A complete payload, with the fields that the runtime requires but the handler does not read. */
  readonly example: unknown;
  /** Where the pact is written. */
  readonly directory: string;
  /** Fails if the message had no effect. */
  readonly hasWorked: () => Promise<void>;
}

/** @throws Error if the handler fails, or reads other fields than those of `payload` */
export async function writeInteraction(interaction: ConsumerInteraction): Promise<void> {
  const { topology, consumed, from, given, payload, example, directory, hasWorked } = interaction;
  const { queue, message, handle } = consumed;
  const consumer = topology.service;
  const pact = new Pact({ consumer, provider: from, dir: directory, logLevel: "warn" });
  await pact
    .addAsynchronousInteraction()
    .given(given)
    .expectsToReceive(message.type, (builder) => {
      builder.withMetadata(forPact(expectedMetadata(topology, queue, message)));
      builder.withJSONContent(expectedContent(message, payload));
    })
    .executeTest(async ({ contents, metadata }) => {
      const handling = await handle(messageOf(metadata, completed(example, contents.content)));
      if (handling.thrown) throw handling.thrown;
      assert.deepEqual(handling.outcome, { kind: "done" });
      await hasWorked();
      requireSame(`${consumer}'s handler of ${message.type}`, handling.reads, fieldsOf(payload));
    });
}

/** Pact accepts no empty example, so the pact of a handler that reads no field accepts any object. */
function expectedContent(message: ConsumedMessage["message"], payload: unknown): unknown {
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

/** What the runtime reads from every message besides its payload: see `read` in codec.ts. */
function expectedMetadata(
  topology: ServiceTopology,
  queue: string,
  { type, schemaVersion }: ConsumedMessage["message"],
): Metadata {
  const bindings = topology.queues.find(({ name }) => name === queue)?.bindings ?? [];
  const binding = bindings.find(({ routingKey }) => routingKey === type);
  const { messageId, correlationId } = propertySchemas.Properties.properties;
  if (!binding) throw new Error(`the queue ${queue} is not bound with the key "${type}"`);
  return {
    exchange: binding.exchange,
    routingKey: binding.routingKey,
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
