/** A service's pacts for the messages that it consumes. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { Source } from "@rabbit-contract/contract";
import type { Broker, ServiceTopology } from "@rabbit-contract/messaging";
import { type ConsumedMessage, consumedBy } from "./consumed-queues.ts";
import { type Part, writeInteraction } from "./consumer-interaction.ts";
import { FreshPacts, requireNoTracking, root } from "./pact-files.ts";

export interface ConsumedMessageTest<Payload, Service> {
  /** The service that sends it. */
  readonly from: string;
  /** The provider state. */
  readonly given: string;
  /** Exactly the fields that the handler reads, each with an example; `{}` if it reads none. */
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
          const message = found(consumed, key);
          await arrange?.(service);
          await writeInteraction({
            topology,
            consumed: message,
            from,
            given,
            payload,
            example: exampleOf(contract, key),
            directory: pacts.directory,
            hasWorked: () => hasWorked(service),
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

function found(consumed: ReadonlyMap<string, ConsumedMessage>, key: string): ConsumedMessage {
  const one = consumed.get(key);
  if (one) return one;
  throw new Error(`the service does not consume ${key}; it consumes ${[...consumed.keys()].join(", ")}`);
}

function exampleOf(contract: Source, key: string): unknown {
  const example = contract.at(`/components/messages/${key}/examples/0/payload`);
  if (example === undefined) throw new Error(`the contract has no example of the message ${key}`);
  return example;
}
