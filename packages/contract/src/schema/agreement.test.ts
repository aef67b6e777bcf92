import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Ajv, type ValidateFunction } from "ajv";
import { Ajv2019 } from "ajv/dist/2019.js";
import addFormats from "ajv-formats";
import fc from "fast-check";
import { isObject, type JsonObject, type JsonValue } from "../source.ts";
import { findUnsupported } from "./index.ts";
import { named, schemaArbitrary, valueArbitrary } from "./testing/arbitrary.ts";
import { load } from "./testing/modules.ts";

const seed = Number(process.env.SEED ?? Math.floor(Math.random() * 2 ** 31));
const schemaCount = 80 * Number(process.env.FUZZ_ROUNDS || 1);
const valuesEach = 40;

type Definitions = Readonly<Record<string, JsonObject>>;

const options = { strict: false, ownProperties: true, multipleOfPrecision: 9, logger: false } as const;

/** The reference: another implementation of the same standard. */
function ajvFor(definitions: Definitions): (schema: object) => ValidateFunction {
  const ajv = new Ajv(options);
  addFormats.default(ajv);
  for (const [name, schema] of Object.entries(definitions))
    ajv.addSchema(schema, `#/components/schemas/${name}`);
  return (schema) => ajv.compile(schema);
}

/** The same for what producers may send. */
function closedAjvFor(definitions: Definitions): (name: string) => ValidateFunction {
  const ajv = new Ajv2019(options);
  addFormats.default(ajv);
  for (const [name, schema] of Object.entries(definitions))
    ajv.addSchema(closeInside(schema, definitions), `#/components/schemas/${name}`);
  return (name) => ajv.compile(close({ $ref: `#/components/schemas/${name}` }, definitions));
}

/** Refuses keys that `schema` does not name; its branches count together, so they stay open themselves. */
function close(schema: JsonValue, schemas: Definitions): JsonObject {
  const inner = closeInside(schema, schemas);
  return isAnything(schema, schemas) ? inner : { allOf: [inner], unevaluatedProperties: false };
}

/** The same for whatever stands inside of `schema`. */
function closeInside(schema: JsonValue, schemas: Definitions): JsonObject {
  if (!isObject(schema)) return {};
  return Object.fromEntries(
    Object.entries(schema).map(([keyword, value]): [string, JsonValue] => {
      if (keyword === "properties" && isObject(value)) {
        return [
          keyword,
          Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, close(inner, schemas)])),
        ];
      }
      if (keyword === "items" || (keyword === "additionalProperties" && isObject(value))) {
        return [keyword, close(value, schemas)];
      }
      if (["oneOf", "anyOf", "allOf"].includes(keyword) && Array.isArray(value)) {
        return [keyword, value.map((branch) => closeInside(branch, schemas))];
      }
      return [keyword, value];
    }),
  );
}

/** A schema without assertions stays open: it names no keys to keep to. */
function isAnything(schema: JsonValue, schemas: Definitions): boolean {
  if (!isObject(schema)) return true;
  if (typeof schema.$ref === "string")
    return isAnything(schemas[schema.$ref.split("/").at(-1) ?? ""] ?? {}, schemas);
  return !["type", "enum", "const", "oneOf", "anyOf", "allOf"].some((keyword) => keyword in schema);
}

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
