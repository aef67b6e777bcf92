import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import type { ConfirmChannel } from "amqplib";
import fc from "fast-check";
import { rawChannel } from "../testing/fixtures.ts";
import { type TestVirtualHost, testVirtualHost } from "../testing/virtual-host.ts";
import { type BindingPattern, type Routable, routes } from "./routes.ts";
import type { ExchangeType } from "./topology.ts";

const word = fc.constantFrom("a", "b", "ab", "");
const key = fc.array(word, { maxLength: 4 }).map((words) => words.join("."));
const pattern = fc
  .array(fc.oneof(word, fc.constantFrom("*", "#", "*a")), { maxLength: 4 })
  .map((words) => words.join("."));
const value = fc.constantFrom<(string | boolean | number)[]>("1", "", "eu", true, false, 1, 300, 1.5);
const fields = (...names: string[]) => fc.dictionary(fc.constantFrom(...names), value, { maxKeys: 3 });
const match = fc.constantFrom(
  {},
  ...["all", "any", "all-with-x", "any-with-x"].map((x) => ({ "x-match": x })),
);
const headers = fields("a", "b", "c", "x-a", "toString");

const bindings: Record<ExchangeType, fc.Arbitrary<BindingPattern>> = {
  direct: pattern.map((routingKey) => ({ routingKey })),
  topic: pattern.map((routingKey) => ({ routingKey })),
  fanout: pattern.map((routingKey) => ({ routingKey })),
  headers: fc
    .tuple(pattern, headers, match)
    .map(([routingKey, args, x]) => ({ routingKey, arguments: { ...args, ...x } })),
};

describe("routes() agrees with the broker", () => {
  let host: TestVirtualHost;
  let channel: ConfirmChannel;
  let close: () => Promise<void>;

  before(async () => {
    host = await testVirtualHost();
    ({ channel, close } = await rawChannel(host.amqpUrl));
  });

  after(async () => {
    await close();
    await host.drop();
  });

  /** One queue for each binding, each message published once. @returns the indexes of the messages in each queue */
  async function routed(
    type: ExchangeType,
    patterns: readonly BindingPattern[],
    messages: readonly Routable[],
  ): Promise<number[][]> {
    await channel.assertExchange("sorting", type);
    const queues = await Promise.all(
      patterns.map(async (binding) => {
        const { queue } = await channel.assertQueue("", { exclusive: true });
        await channel.bindQueue(queue, "sorting", binding.routingKey, binding.arguments);
        return queue;
      }),
    );
    for (const [index, message] of messages.entries()) {
      const { routingKey, headers = {} } = message;
      channel.publish("sorting", routingKey, Buffer.from(String(index)), { headers });
    }
    await channel.waitForConfirms();
    const found = await Promise.all(
      queues.map(async (queue) => {
        const indexes: number[] = [];
        let got = await channel.get(queue, { noAck: true });
        while (got) {
          indexes.push(Number(got.content.toString()));
          got = await channel.get(queue, { noAck: true });
        }
        return indexes;
      }),
    );
    await Promise.all(queues.map((queue) => channel.deleteQueue(queue)));
    await channel.deleteExchange("sorting");
    return found;
  }

  for (const type of ["direct", "topic", "fanout", "headers"] as const) {
    it(`for random bindings and messages of a ${type} exchange`, async () => {
      const messages = fc.array(fc.record({ routingKey: key, headers }), { minLength: 1, maxLength: 25 });
      const property = fc.asyncProperty(
        fc.array(bindings[type], { minLength: 1, maxLength: 25 }),
        messages,
        async (patterns, sent) => {
          const expected = patterns.map((binding) =>
            sent.flatMap((message, index) => (routes(type, binding, message) ? [index] : [])),
          );
          assert.deepEqual(await routed(type, patterns, sent), expected);
        },
      );
      await fc.assert(property, { numRuns: 8, endOnFailure: true });
    });
  }
});
