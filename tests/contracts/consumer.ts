/** Pacts of a service for the messages that it consumes. */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { Matchers, Pact } from "@pact-foundation/pact";
import { Source } from "@rabbit-contract/contract";
import type { Broker, ServiceTopology } from "@rabbit-contract/messaging";
import { type ConsumedMessage, consumedBy } from "./consumed-queues.ts";
import { completed } from "./field-paths.ts";
import { matching } from "./matchers.ts";
import { forPact, type Metadata, messageOf, propertiesSchema } from "./metadata.ts";
import { FreshPacts, requireNoTracking, root } from "./pact-files.ts";
import { fieldsOf } from "./reads.ts";

/** Some fields of a payload; one item of each list. */
export type Part<Value> = Value extends readonly (infer Item)[]
  ? readonly [Part<Item>]
  : Value extends object
    ? { readonly [Key in keyof Value]?: Part<Value[Key]> }
    : Value;

export interface ConsumedMessageTest<Payload, Service> {
  /** The service that sends it. */
  readonly from: string;
  /** The provider state. */
  readonly given: string;
  /** Exactly the fields that the handler reads, each with an example. */
  readonly payload: Part<Payload>;
  /** Prepares this service's database so that the message has an effect. */
  readonly arrange?: (service: Service) => Promise<unknown>;
  /** Fails if the message had no effect. */
  readonly assert: (service: Service) => Promise<void>;
}

/** The resources of a service's tests. */
export interface Opened {
  close(): Promise<void>;
}

export interface ConsumerTests<Payloads, Service extends Opened> {
  readonly topology: ServiceTopology;
  /** Opens the service on a test database of its own. */
  readonly open: () => Promise<Service>;
  /** Consumes the service's queues with the production handlers, on the real inbox. */
  readonly consume: (broker: Broker, service: Service) => void;
  readonly messages: { readonly [Key in keyof Payloads]: ConsumedMessageTest<Payloads[Key], Service> };
}

/** Registers a test per message; each that passes writes its interaction. */
export function testConsumer<Payloads extends object, Service extends Opened>(
  tests: ConsumerTests<Payloads, Service>,
): void {
  const { topology, open, consume, messages } = tests;
  const consumer = topology.service;
  const providers = new Set<string>();
  const keys = Object.keys(messages);

  describe(`the ${consumer} service's pacts for the messages that it consumes`, () => {
    let service: Service;
    let consumed: ReadonlyMap<string, ConsumedMessage>;
    let contract: Source;
    const pacts = new FreshPacts(consumer);
    before(async () => {
      requireNoTracking();
      contract = Source.read(join(root, "asyncapi/asyncapi.yaml"));
      await open().then((opened) => {
        service = opened;
        consumed = consumedBy((broker) => consume(broker, opened));
      });
    });
    after(async () => {
      pacts.remove();
      await service?.close();
    });

    for (const key in messages) {
      const { from, given, payload, arrange, assert: hasWorked } = messages[key];
      providers.add(from);
      it(`${key} from the ${from} service: the handler reads exactly the fields that the pact names`, async () => {
        try {
          const { message, queue, handle } = found(consumed, key);
          await arrange?.(service);
          const pact = new Pact({ consumer, provider: from, dir: pacts.directory, logLevel: "warn" });
          await pact
            .addAsynchronousInteraction()
            .given(given)
            .expectsToReceive(message.type, (builder) => {
              builder.withMetadata(forPact(expectedMetadata(topology, queue, message)));
              builder.withJSONContent(matching(message.payload, payload));
            })
            .executeTest(async ({ contents, metadata }) => {
              const whole = completed(exampleOf(contract, key), contents.content);
              const handling = await handle(messageOf(metadata, whole));
              if (handling.thrown) throw handling.thrown;
              assert.deepEqual(handling.outcome, { kind: "done" });
              await hasWorked(service);
              requireSame(`${consumer}'s handler of ${key}`, handling.reads, fieldsOf(payload));
            });
        } catch (error) {
          pacts.failed();
          throw error;
        }
      });
    }

    it("have an interaction for each message that the generated code consumes", () => {
      assert.deepEqual([...consumed.keys()].sort(), keys.sort());
    });

    it("are those in generated/pacts", () => {
      pacts.settle([...providers]);
    });
  });
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

function found(consumed: ReadonlyMap<string, ConsumedMessage>, key: string): ConsumedMessage {
  const one = consumed.get(key);
  if (one) return one;
  throw new Error(`the service does not consume ${key}; it consumes ${[...consumed.keys()].join(", ")}`);
}

/** What the runtime reads from every message besides its payload: see `read` in codec.ts. */
function expectedMetadata(
  topology: ServiceTopology,
  queue: string,
  { type, schemaVersion }: ConsumedMessage["message"],
): Metadata {
  const bindings = topology.queues.find(({ name }) => name === queue)?.bindings ?? [];
  const binding = bindings.find(({ routingKey }) => routingKey === type);
  const { messageId, correlationId } = propertiesSchema.properties;
  if (!binding) throw new Error(`the queue ${queue} is not bound with the key "${type}"`);
  return {
    exchange: binding.exchange,
    routingKey: binding.routingKey,
    type,
    contentType: "application/json",
    messageId: Matchers.regex(messageId.pattern, messageIdOf(type)),
    correlationId: Matchers.regex(correlationId.pattern, "019a4f2e-7b10-7c3a-9d51-3f2a6b8c1d01"),
    timestamp: Matchers.integer(1_773_480_413),
    "headers.schema-version": Matchers.equal(schemaVersion),
  };
}

/** Stable per message and different for each: the inbox would treat two messages with one id as duplicates. */
function messageIdOf(type: string): string {
  const hash = createHash("sha256").update(type).digest("hex");
  return `019a4f2e-7b12-7000-8000-${hash.slice(0, 12)}`;
}

function exampleOf(contract: Source, key: string): unknown {
  const example = contract.at(`/components/messages/${key}/examples/0/payload`);
  if (example === undefined) throw new Error(`the contract has no example of the message ${key}`);
  return example;
}
