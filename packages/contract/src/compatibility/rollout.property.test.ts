import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import type { Contract, Message } from "../contract.ts";
import { fixture, type Patch } from "../rules/testing/fixture.ts";
import { isObject, type JsonObject } from "../source.ts";
import { reaches } from "../topology/routes.ts";
import { compare } from "./compare.ts";
import { samples } from "./containment/samples.ts";
import { mutated } from "./containment/testing/mutation.ts";
import type { Deploy } from "./difference.ts";
import { identity, type Side, sideOf } from "./side.ts";
import { messageChanges } from "./testing/message-changes.ts";
import { queueChanges } from "./testing/queue-changes.ts";

const seed = Number(process.env.SEED ?? Math.floor(Math.random() * 2 ** 31));
const rounds = Number(process.env.FUZZ_ROUNDS || 1);

/** Rare among all changes, and the only one that says which side goes first. */
const newOnOldQueue = messageChanges.filter(([name]) => name === "a message bound to an old queue");

/** Changes of any kind, up to three at once, and one of a payload. */
const change: fc.Arbitrary<Patch> = fc
  .tuple(
    fc.subarray(
      [...messageChanges, ...queueChanges, ...Array.from({ length: 12 }, () => newOnOldQueue).flat()],
      { minLength: 0, maxLength: 3 },
    ),
    fc.option(mutated(schemaOf("BasketFilled")), { freq: 2 }),
  )
  .map(([rows, payload]) =>
    Object.assign(
      payload ? { "/components/schemas/BasketFilled": payload } : {},
      ...rows.map(([, patch]) => patch),
    ),
  );

function schemaOf(name: string): JsonObject {
  const schema = fixture().source.at(`/components/schemas/${name}`);
  return isObject(schema) ? schema : {};
}

/** What runs side by side in a deployment: the versions of a producer and of a consumer. */
const sideBySide: Readonly<
  Record<Exclude<Deploy, "together">, readonly (readonly ["old" | "now", "old" | "now"])[]>
> = {
  any: [
    ["old", "now"],
    ["now", "old"],
    ["now", "now"],
  ],
  "consumers-first": [
    ["old", "now"],
    ["now", "now"],
  ],
  "producers-first": [
    ["now", "old"],
    ["now", "now"],
  ],
};

/** What a consumer dead-letters of the messages that a producer may send. */
function deadLettered(producer: Side, consumer: Side, bound: readonly Contract[]): string[] {
  return producer.contract.sends.flatMap(({ route, messages }) => {
    const queues = new Set(
      // No service unbinds a queue: what either version has bound stays.
      bound.flatMap(({ queues }) => queues.filter((queue) => reaches(route, queue)).map(({ name }) => name)),
    );
    return consumer.contract.receives
      .filter(({ queue }) => queues.has(queue.name))
      .flatMap((operation) =>
        messages.flatMap((message) => refusals(producer, message, consumer, operation.messages)),
      );
  });
}

function refusals(producer: Side, message: Message, consumer: Side, known: readonly Message[]): string[] {
  const expected = known.find((one) => identity(one) === identity(message));
  if (!expected) return [`${identity(message)} is unknown`];
  return (["payload", "headers"] as const).flatMap((part) => {
    const hints = consumer.values(expected[part]);
    const sent = samples(producer.values(message[part]), hints).filter(
      (value) => producer.check(message[part])?.(value, true) === undefined,
    );
    return sent.flatMap((value) => {
      const problem = consumer.check(expected[part])?.(value, false);
      return problem
        ? [`${identity(message)} ${JSON.stringify(value)}: ${problem.pointer} ${problem.message}`]
        : [];
    });
  });
}

describe(`a change that is judged compatible (SEED=${seed} repeats this run)`, () => {
  it("has no message dead-lettered while it is deployed in the order that is said", () => {
    const old = sideOf(fixture());
    let judged = 0;
    let inOrder = 0;
    // As many as it takes: a seed may draw few that are compatible.
    for (const patch of fc.sample(change, { seed, numRuns: 400 * rounds })) {
      if (judged >= 10 * rounds && inOrder > 0) break;
      const contract = contractWith(patch);
      if (!contract) continue;
      const { verdict, differences } = compare({ base: old.contract, contract, releases: [] });
      const { deploy } = verdict;
      if (deploy === "together" || differences.some(({ judgement }) => judgement !== "compatible")) continue;
      const sides = { old, now: sideOf(contract) };
      // Lint refuses a contract that dead-letters its own messages.
      if (deadLettered(sides.now, sides.now, [contract]).length > 0) continue;
      judged++;
      if (deploy !== "any") inOrder++;
      for (const [producer, consumer] of sideBySide[deploy]) {
        assert.deepEqual(
          deadLettered(sides[producer], sides[consumer], [old.contract, contract]),
          [],
          `${producer} producers, ${consumer} consumers, ${deploy}: ${JSON.stringify(patch)}`,
        );
      }
    }
    assert.ok(judged >= 10 * rounds, `only ${judged} changes are compatible`);
    assert.ok(inOrder > 0, "no change says which side goes first");
  });
});

/** Undefined for changes that do not go together. */
function contractWith(patch: Patch): Contract | undefined {
  try {
    return fixture(patch);
  } catch {
    // A model cannot be made of each combination: that is told by the tests of the model.
    return undefined;
  }
}
