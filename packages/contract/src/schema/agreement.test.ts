import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import type { JsonObject, JsonValue } from "../source.ts";
import { findUnsupported } from "./index.ts";
import { ajvFor, closedAjvFor } from "./testing/ajv.ts";
import { named, schemaArbitrary, valueArbitrary } from "./testing/arbitrary.ts";
import { load } from "./testing/modules.ts";

const seed = Number(process.env.SEED ?? Math.floor(Math.random() * 2 ** 31));
const schemaCount = 80 * Number(process.env.FUZZ_ROUNDS || 1);
const valuesEach = 40;

describe(`a compiled check agrees with Ajv (SEED=${seed} repeats this run)`, async () => {
  const generated = fc.sample(schemaArbitrary, { seed, numRuns: schemaCount });
  const supported = generated.filter((schema) => findUnsupported({ ...named, Tested: schema }).length === 0);
  const schemas = Object.fromEntries(supported.map((schema, index) => [`Tested${index}`, schema]));
  const loaded = await load({ ...named, ...schemas });

  /** Runs `verdicts` on values for every schema; both verdicts of a pair must be equal. */
  function compare(
    verdicts: (
      schema: JsonObject,
      name: string,
    ) => ((value: JsonValue) => readonly [ours: boolean, theirs: boolean]) | undefined,
  ): void {
    let valid = 0;
    let total = 0;
    for (const [name, schema] of Object.entries(schemas)) {
      const compared = verdicts(schema, name);
      if (!compared) continue;
      fc.assert(
        fc.property(valueArbitrary(schema), (value) => {
          const [ours, theirs] = compared(value);
          total++;
          if (ours) valid++;
          assert.equal(ours, theirs, `${JSON.stringify(value)} for ${JSON.stringify(schema)}`);
        }),
        { seed, numRuns: valuesEach },
      );
    }
    assert.ok(total > 1000, `too few samples: ${total}`);
    const share = valid / total;
    assert.ok(
      share > 0.2 && share < 0.8,
      `${valid} of ${total} samples are valid: the test is not worth much`,
    );
  }

  it("on which schemas are supported", () => {
    assert.ok(
      supported.length > schemaCount / 4,
      `${supported.length} of ${schemaCount} schemas are supported`,
    );
  });

  it("on open validation", () => {
    const ajv = ajvFor(named);
    compare((schema, name) => {
      const check = loaded.check(name);
      const validate = ajv(schema);
      return (value) => [check(value, false) === undefined, validate(value)];
    });
  });

  it("on closed validation, as with unevaluatedProperties", () => {
    const ajv = closedAjvFor({ ...named, ...schemas });
    compare((schema, name) => {
      // Of anyOf, one branch has to name all keys; unevaluatedProperties adds up those of all that fit.
      if (JSON.stringify(schema).includes('"anyOf"')) return undefined;
      const check = loaded.check(name);
      const validate = ajv(name);
      return (value) => [check(value, true) === undefined, validate(value)];
    });
  });

  it("on the TypeBox schema, which is equivalent to the contract's", () => {
    const ajv = ajvFor(named);
    compare((schema, name) => {
      const original = ajv(schema);
      const typeBox = ajv(JSON.parse(JSON.stringify(loaded.typeBox(name))));
      return (value) => [typeBox(value), original(value)];
    });
  });

  it("and closed validation accepts no more than open validation", () => {
    compare((_schema, name) => {
      const check = loaded.check(name);
      return (value) => {
        const open = check(value, false) === undefined;
        return [open, open || check(value, true) === undefined];
      };
    });
  });

  it("and points to an existing place, or to one missing in an existing parent", () => {
    compare((_schema, name) => {
      const check = loaded.check(name);
      return (value) => {
        const problem = check(value, true);
        if (problem)
          assert.ok(leads(value, problem.pointer), `${problem.pointer} in ${JSON.stringify(value)}`);
        const valid = problem === undefined;
        return [valid, valid];
      };
    });
  });
});

function leads(value: JsonValue, pointer: string): boolean {
  let here: unknown = value;
  for (const part of pointer.split("/").slice(1)) {
    if (typeof here !== "object" || here === null) return false;
    const key = part.replaceAll("~1", "/").replaceAll("~0", "~");
    here = Object.hasOwn(here, key) ? Object.entries(here).find(([name]) => name === key)?.[1] : undefined;
  }
  return true;
}
