/** Random messages on every route of the contract: each is handled or dead-lettered, and no service crashes. */
import assert from "node:assert/strict";
import { before, describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { topology } from "@orders/generated/topology";
import { type ServiceName, serviceNames } from "@orders/stack";
import { Source } from "@rabbit-contract/contract";
import { eventually } from "@rabbit-contract/messaging/testing";
import { type ConfirmChannel, connect } from "amqplib";
import fc from "fast-check";
import { client, system } from "./system.ts";
import { rounds, type Schema, schemaOf, seed, valuesFor } from "./values.ts";

/** Messages per route. */
const messages = 30 * rounds;

const contract = Source.read(fileURLToPath(new URL("../../asyncapi/asyncapi.yaml", import.meta.url).href));
const schemas = Object.fromEntries(
  Object.entries(schemaOf(contract.at("/components/schemas"))).map(([name, schema]) => [
    name,
    schemaOf(schema),
  ]),
);
/** The queues that a service consumes, without their retry tiers and dead-letter queues. */
const consumed = topology.queues.filter(({ name }) => /^\w+\.\w+$/.test(name));

interface Route {
  readonly exchange: string;
  readonly type: string;
  readonly payload: Schema;
  readonly queues: readonly string[];
}

function routes(): Route[] {
  return Object.values(schemaOf(contract.at("/components/messages"))).map((message) => {
    const { name, payload } = schemaOf(message);
    const type = String(name);
    const bound = consumed.filter(({ bindings }) => bindings.some(({ routingKey }) => routingKey === type));
    const exchange = bound[0]?.bindings.find(({ routingKey }) => routingKey === type)?.exchange ?? "";
    return { exchange, type, payload: schemaOf(payload), queues: bound.map(({ name }) => name) };
  });
}

interface FuzzedMessage {
  readonly content: Buffer;
  readonly properties: Readonly<Record<string, unknown>>;
}

describe(`random messages (SEED=${seed} repeats these)`, () => {
  const orderIds: string[] = [];
  before(async () => {
    await client.product("DESK", { onHand: 500_000 });
    for (let count = 0; count < 5; count++) {
      orderIds.push((await client.place("c-1", [{ sku: "DESK", quantity: 1 }])).id);
    }
    for (const id of orderIds) await client.orderIn(id, "confirmed");
  });

  function messageFor({ type, payload }: Route): fc.Arbitrary<FuzzedMessage> {
    const known = { orderId: orderIds, sku: ["DESK"], currency: ["EUR"], customerId: ["c-1"] };
    const content = fc.oneof(
      {
        weight: 8,
        arbitrary: valuesFor(schemas, known)(payload).map((one) => Buffer.from(JSON.stringify(one))),
      },
      { weight: 1, arbitrary: fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes)) },
      {
        weight: 1,
        arbitrary: fc.constantFrom("", "{", "null", "[".repeat(100_000)).map((text) => Buffer.from(text)),
      },
    );
    const odd = fc.oneof(fc.string({ maxLength: 100 }), fc.constantFrom("\0", "💡", "x".repeat(255)));
    const sometimes = <T>(usual: fc.Arbitrary<T>, wrong: fc.Arbitrary<unknown>) =>
      fc.oneof({ weight: 15, arbitrary: usual }, { weight: 1, arbitrary: wrong });
    const header = fc.oneof(odd, fc.integer(), fc.boolean(), fc.constant({ nested: [1] }));
    const properties = fc.record({
      messageId: sometimes(fc.uuid(), odd),
      type: sometimes(fc.constant(type), odd),
      correlationId: sometimes(fc.uuid(), odd),
      contentType: sometimes(fc.constant("application/json"), odd),
      timestamp: sometimes(fc.constant(1_773_480_413), fc.constantFrom(0, 2 ** 40)),
      appId: sometimes(fc.constant("another sender"), odd),
      headers: fc.record(
        {
          "schema-version": sometimes(fc.constant(1), header),
          "causation-id": odd,
          traceparent: odd,
          "retry-attempt": sometimes(fc.constantFrom(0, 1, 2), header),
          "dead-letter-reason": odd,
        },
        { requiredKeys: ["schema-version"] },
      ),
    });
    return fc.record({ content, properties });
  }

  it("are each handled, dead-lettered or waiting for a retry, and no service crashes", {
    timeout: rounds * 120_000,
  }, async () => {
    const expected = new Map(consumed.map(({ name }) => [name, 0]));
    const before = await accounted();
    const connection = await connect(system.host.amqpUrl);
    const channel = await connection.createConfirmChannel();
    for (const route of routes()) {
      assert.notEqual(route.queues.length, 0, route.type);
      for (const { content, properties } of fc.sample(messageFor(route), { seed, numRuns: messages })) {
        await publish(channel, route, content, properties);
        for (const queue of route.queues) expected.set(queue, (expected.get(queue) ?? 0) + 1);
      }
    }
    await connection.close();

    await eventually(
      async () => {
        const now = await accounted();
        for (const [queue, count] of expected) {
          assert.ok(
            (now.get(queue) ?? 0) - (before.get(queue) ?? 0) >= count,
            `${queue}: ${count} were sent`,
          );
        }
      },
      { timeout: rounds * 90_000, interval: 250 },
    );
    for (const service of serviceNames) {
      const ready = () => fetch(`${system.service(service).adminUrl}/health/ready`);
      await eventually(async () => assert.equal((await ready()).status, 200, service));
      assert.doesNotMatch(system.service(service).log(), /"level":"fatal"|unhandled|uncaught/i);
    }
  });

  it("leave no partial transaction, and the next order is settled", async () => {
    const { id } = await client.place("c-2", [{ sku: "DESK", quantity: 1 }]);
    await client.orderIn(id, "confirmed", 60_000);
    await client.kinds(id, "order-confirmed");
    await eventually(
      async () => {
        for (const service of serviceNames) assert.equal(await count(service, "outbox"), 0, service);
      },
      { timeout: 60_000 },
    );
    for (const { name } of topology.queues.filter((queue) => queue.name.endsWith(".dead"))) {
      for (const { properties } of await system.host.peekMessages(name, 1_000)) {
        const reason = properties.headers?.["dead-letter-reason"];
        // Quarantine, or a reason that no test expects, would be a bug in the services.
        assert.ok(
          ["undecodable", "invalid", "unknown-message", "rejected", "retries-exhausted"].includes(
            String(reason),
          ),
          `${name}: ${reason}`,
        );
      }
    }
  });

  const count = async (service: ServiceName, from: string) =>
    (await system.query(service, `select from ${from}`)).length;

  /** Per consumed queue, the number of messages that were handled, dead-lettered or wait in a retry tier. */
  async function accounted(): Promise<Map<string, number>> {
    const result = new Map<string, number>();
    for (const { name } of consumed) {
      const service = serviceNames.find((one) => name.startsWith(`${one}.`)) ?? "order";
      const waiting = topology.queues.filter((queue) => queue.name.startsWith(`${name}.`));
      const depths = await Promise.all(waiting.map((queue) => system.host.queueDepth(queue.name)));
      const handled = await count(service, `inbox where queue = '${name}'`);
      result.set(name, handled + depths.reduce((sum, depth) => sum + depth, 0));
    }
    return result;
  }
});

async function publish(
  channel: ConfirmChannel,
  { exchange, type }: Route,
  content: Buffer,
  properties: Readonly<Record<string, unknown>>,
): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const options = { ...properties, persistent: true };
    channel.publish(exchange, type, content, options, (error) => (error ? reject(error) : resolve()));
  });
}
