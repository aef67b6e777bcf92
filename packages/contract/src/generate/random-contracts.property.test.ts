/** Random contracts, as a team would use them: generated, compiled, and their messages sent through a real broker. */
import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { after, before, describe, it } from "node:test";
import {
  connectBroker,
  type Delivery,
  type Handlers,
  type MessageDescriptor,
  type OutboxMessage,
  type QueueDefinition,
  type Service,
} from "@rabbit-contract/messaging";
import {
  eventually,
  MemoryInbox,
  RecordingLog,
  type TestVirtualHost,
  testVirtualHost,
} from "@rabbit-contract/messaging/testing";
import fc from "fast-check";
import { contractOf } from "../checked-contract.ts";
import type { Contract } from "../contract.ts";
import { ContractError } from "../document.ts";
import type { JsonValue } from "../json.ts";
import { camelCase } from "../schema/names.ts";
import { closedAjvFor } from "../schema/testing/ajv.ts";
import { named, valueArbitrary } from "../schema/testing/arbitrary.ts";
import { withFolder } from "../schema/testing/modules.ts";
import { typeChecks } from "../schema/testing/type-check.ts";
import { Source } from "../source.ts";
import { generate } from "./generate.ts";
import { documentOf, isCorrelated, type RandomContract, randomContract } from "./testing/random-contract.ts";

const seed = Number(process.env.SEED ?? Math.floor(Math.random() * 2 ** 31));
const count = 5 * Number(process.env.FUZZ_ROUNDS || 1);
/** Sent through the broker. */
const valuesEach = 4;
/** Checked. */
const valuesChecked = 100;

/** What a developer would write with the generated code; `use.ts` of each contract. */
interface Use {
  readonly shop: Service;
  readonly till: Service;
  readonly queue: QueueDefinition;
  send(rows: OutboxMessage[]): void;
  handlers(take: (deliveries: readonly Delivery<unknown>[]) => void): Handlers<QueueDefinition, unknown>;
}

interface Sent {
  readonly method: string;
  readonly isCorrelated: boolean;
  readonly payload: JsonValue;
  readonly context: { readonly headers?: { mark: JsonValue }; readonly parameters?: { region: string } };
}

/** Valid messages by Ajv, not by the code under test. */
function messagesFor({ type, messages }: RandomContract): Sent[] {
  return messages.flatMap((message) => {
    const { key, payload, header, regions } = message;
    const isRouted = type === "topic" || type === "direct";
    const isValid = closedAjvFor({ ...named, Payload: payload })("Payload");
    const isValidHeader = closedAjvFor({ Header: header ?? {} })("Header");
    const values = fc.sample(valueArbitrary(payload), { seed, numRuns: 10 * valuesEach });
    const marks = fc
      .sample(valueArbitrary(header ?? {}), { seed, numRuns: 100 })
      .filter((mark) => isValidHeader(mark));
    return values
      .filter((value) => isValid(value))
      .slice(0, valuesEach)
      .map((value, index) => ({
        method: camelCase(key),
        isCorrelated: isCorrelated(message),
        payload: value,
        context: {
          ...(header && { headers: { mark: marks[index % marks.length] ?? "a b" } }),
          ...(isRouted && regions && { parameters: { region: regions[index % regions.length] ?? "" } }),
        },
      }));
  });
}

function useSource(index: number, sent: readonly Sent[], { messages }: RandomContract): string {
  return `import { allDone, createOutbox, type Delivery, type OutboxMessage } from "@rabbit-contract/messaging";
import { shop${index}Service as shop } from "./shop${index}.ts";
import { till${index}Service as till, till${index}ThingsQueue as queue, type Till${index}ThingsHandlers } from "./till${index}.ts";

export { queue, shop, till };

export function send(rows: OutboxMessage[]): void {
  const outbox = createOutbox(shop, (tx: OutboxMessage[], message) => tx.push(message));
${sent.map(({ method, payload, context }) => `  outbox.${method}(rows, ${JSON.stringify(payload)}, ${JSON.stringify(context)});`).join("\n")}
}

export function handlers(take: (deliveries: readonly Delivery<unknown>[]) => void): Till${index}ThingsHandlers<unknown> {
  const handler = async (deliveries: readonly Delivery<unknown>[]) => {
    take(deliveries);
    return allDone(deliveries);
  };
  return { ${messages.map(({ key }) => `${camelCase(key)}: handler`).join(", ")} };
}
`;
}

/** The generated checks accept what Ajv accepts, and nothing else. */
function assertAgreement(
  { messages }: RandomContract,
  generated: Readonly<Record<string, MessageDescriptor<unknown>>>,
): void {
  for (const { key, payload, header } of messages) {
    const message = generated[`${camelCase(key)}Message`];
    const isValid = closedAjvFor({ ...named, Payload: payload })("Payload");
    const values = (schema: JsonValue) => fc.sample(valueArbitrary(schema), { seed, numRuns: valuesChecked });
    for (const value of values(payload)) {
      const problem = message?.checkPayload(value, true);
      assert.equal(problem === undefined, isValid(value), JSON.stringify({ value, payload, problem }));
    }
    if (!header) continue;
    const isValidHeader = closedAjvFor({ Header: header })("Header");
    for (const mark of values(header)) {
      const problem = message?.checkHeaders({ mark }, true);
      assert.equal(problem === undefined, isValidHeader(mark), JSON.stringify({ mark, header, problem }));
    }
  }
}

/** Undefined for what the tool refuses: a payload whose correlation id it cannot have, say. */
function accepted(random: RandomContract, index: number): Contract | undefined {
  try {
    return contractOf(new Source("random.yaml", JSON.stringify(documentOf(random, index))));
  } catch (error) {
    if (error instanceof ContractError) return undefined;
    throw error;
  }
}

describe(`a random contract (SEED=${seed} repeats this run)`, () => {
  let host: TestVirtualHost;
  before(async () => {
    host = await testVirtualHost();
  });
  after(() => host.drop());

  it("is generated and compiled, and each message that it allows arrives as it was sent", {
    timeout: 180_000 + 10_000 * count,
  }, async () => {
    await withFolder(async (folder) => {
      const used: { sent: readonly Sent[]; file: string; random: RandomContract }[] = [];
      for (const random of fc.sample(randomContract, { seed, numRuns: 3 * count })) {
        const index = used.length;
        if (index === count) break;
        const contract = accepted(random, index);
        const sent = messagesFor(random);
        if (!contract || sent.length === 0) continue;
        const target = join(folder, String(index));
        mkdirSync(target);
        generate(contract, target);
        const file = join(target, "use.ts");
        writeFileSync(file, useSource(index, sent, random));
        used.push({ sent, file, random });
      }
      assert.equal(used.length, count, "too many contracts are refused");
      typeChecks(folder);
      for (const { sent, file, random } of used) {
        assertAgreement(random, await import(join(dirname(file), "messages.ts")));
        const use: Use = await import(file);
        assert.deepEqual(await exchanged(use), expected(use, sent), JSON.stringify(random));
      }
    });
  });

  function expected({ shop }: Use, sent: readonly Sent[]) {
    return sent.map(({ method, isCorrelated, payload, context: { headers, parameters } }) => {
      const { message, routingKey = "" } = shop.sends[method] ?? {};
      const key = routingKey.replace("{region}", parameters?.region ?? "");
      const correlation = isCorrelated ? headers?.mark : "its own id";
      return { type: message?.type, payload, mark: headers?.mark, key, correlation };
    });
  }

  /** What arrives, in the order of sending. */
  async function exchanged({ shop, till, queue, send, handlers }: Use) {
    const log = new RecordingLog();
    const rows: OutboxMessage[] = [];
    send(rows);
    const arrived = new Map<string, Delivery<unknown>>();
    const [from, to] = await Promise.all(
      [shop, till].map(({ topology }) => connectBroker({ url: host.amqpUrl, topology, log })),
    );
    assert.ok(from && to);
    try {
      to.consume(
        queue,
        new MemoryInbox(),
        handlers((deliveries) => {
          for (const delivery of deliveries) arrived.set(delivery.messageId, delivery);
        }),
      );
      await eventually(() => {
        assert.equal(from.publisher.ready, true);
        assert.deepEqual(from.publisher.pausedRoutes, []);
      });
      // Refused until the queue is bound; a relay tries again in the same way.
      for (const row of rows) await eventually(() => from.publisher.publish(row));
      await eventually(() => assert.equal(arrived.size, rows.length, JSON.stringify(log.lines)));
    } finally {
      await Promise.all([from, to].map((broker) => broker.close()));
    }
    return rows.map(({ id }) => {
      const { type, payload, headers, routingKey: key, correlationId } = arrived.get(id) ?? {};
      const correlation = correlationId === id ? "its own id" : correlationId;
      return { type, payload, mark: headers?.mark, key, correlation };
    });
  }
});
