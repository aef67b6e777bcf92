import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { findUnsupported } from "../../schema/index.ts";
import { parseSchema } from "../../schema/parse.ts";
import {
  named,
  scalarSchemaArbitrary,
  schemaArbitrary,
  valueArbitrary,
} from "../../schema/testing/arbitrary.ts";
import { load } from "../../schema/testing/modules.ts";
import type { JsonObject, JsonValue } from "../../source.ts";
import { findProblems } from "./contains.ts";
import { samples } from "./samples.ts";
import { mutated } from "./testing/mutation.ts";
import { ValuesReader } from "./values.ts";

const seed = Number(process.env.SEED ?? Math.floor(Math.random() * 2 ** 31));
const rounds = Number(process.env.FUZZ_ROUNDS || 1);
const pairCount = 500 * rounds;
const valuesEach = 60;

const names = new Set(Object.keys(named));
const definitions = new Map(
  Object.entries(named).map(([name, schema]) => [name, parseSchema(schema, name, names).node]),
);
const read = (schema: JsonObject) =>
  new ValuesReader(definitions).valuesOf(parseSchema(schema, "", names).node);

describe(`the verdict on a pair of schemas agrees with the compiled checks (SEED=${seed} repeats this run)`, async () => {
  const pair = fc.oneof(
    { weight: 4, arbitrary: schemaArbitrary.chain((old) => fc.tuple(fc.constant(old), mutated(old))) },
    { weight: 1, arbitrary: fc.tuple(schemaArbitrary, schemaArbitrary) },
    // In a large schema, a difference between two scalars is mostly hidden by other ones.
    { weight: 3, arbitrary: fc.tuple(scalarSchemaArbitrary, scalarSchemaArbitrary) },
  );
  const supported = (schema: JsonObject) => findUnsupported({ ...named, Tested: schema }).length === 0;
  const pairs = fc
    .sample(pair, { seed, numRuns: pairCount })
    .filter((both) => both.every(supported))
    .map(([sent, accepted], index) => ({
      sent,
      accepted,
      sender: `Sent${index}`,
      receiver: `Accepted${index}`,
      problems: findProblems(read(sent), read(accepted)),
    }));
  const loaded = await load({
    ...named,
    ...Object.fromEntries(
      pairs.flatMap(({ sent, sender, accepted, receiver }) => [
        [sender, sent],
        [receiver, accepted],
      ]),
    ),
  });
  const checks = ({ sender, receiver }: (typeof pairs)[number]) => ({
    maySend: (value: JsonValue) => loaded.check(sender)(value, true) === undefined,
    accepts: (value: JsonValue) => loaded.check(receiver)(value, false) === undefined,
  });
  const shown = ({ sent, accepted }: (typeof pairs)[number]) =>
    `sent ${JSON.stringify(sent)}\naccepted ${JSON.stringify(accepted)}`;

  it("if it is that everything is accepted", () => {
    let sent = 0;
    const contained = pairs.filter(({ problems }) => problems.length === 0);
    for (const one of contained) {
      const { maySend, accepts } = checks(one);
      const values = [
        ...samples(read(one.sent), read(one.accepted)),
        ...fc.sample(valueArbitrary(one.sent), { seed, numRuns: valuesEach }),
        ...fc.sample(valueArbitrary(one.accepted), { seed, numRuns: valuesEach / 4 }),
      ];
      for (const value of values.filter(maySend)) {
        sent++;
        assert.ok(accepts(value), `${JSON.stringify(value)} is refused\n${shown(one)}`);
      }
    }
    assert.ok(contained.length > 40, `only ${contained.length} of ${pairs.length} pairs are contained`);
    assert.ok(sent > 1_200, `only ${sent} values were sent`);
  });

  it("if it is that a value is refused", () => {
    let witnesses = 0;
    for (const one of pairs) {
      const { maySend, accepts } = checks(one);
      for (const { witness, message } of one.problems) {
        if (witness === undefined) continue;
        witnesses++;
        assert.ok(maySend(witness), `${JSON.stringify(witness)} is not sent: ${message}\n${shown(one)}`);
        assert.ok(!accepts(witness), `${JSON.stringify(witness)} is accepted: ${message}\n${shown(one)}`);
      }
    }
    assert.ok(witnesses > 60, `only ${witnesses} counterexamples`);
  });

  it("and is rarely unknown", () => {
    const undecided = pairs.filter(
      ({ problems }) => problems.length > 0 && problems.every(({ witness }) => witness === undefined),
    );
    const share = undecided.length / pairs.length;
    assert.ok(
      share < 0.15,
      `${undecided.length} of ${pairs.length} pairs are undecided: ${undecided.slice(0, 3).map(shown).join("\n")}`,
    );
  });

  it("and a schema accepts everything that a copy of it may send", () => {
    for (const one of pairs) {
      const problems = findProblems(read(one.sent), read(structuredClone(one.sent)));
      assert.deepEqual(problems, [], shown(one));
    }
  });
});
