/** Anything that is removed from an interaction or loosened in it is reported; Pact's own verifier would not notice. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { isObject, type JsonObject, type JsonValue } from "@rabbit-contract/contract";
import { disagreementsOf, findDisagreements } from "./agreement.ts";
import type { Pact } from "./pact-files.ts";
import { contract, pacts } from "./testing.ts";

type Path = readonly string[];

/** The pacts as they are in their files. */
const files: readonly { readonly name: string; readonly pact: JsonObject }[] = pacts.map((pact) => ({
  name: pact.name,
  pact: JSON.parse(JSON.stringify(pact)),
}));

/** A copy with another value at `path`; undefined removes it. */
function changed(value: JsonValue, [key, ...rest]: Path, to: JsonValue | undefined): JsonValue {
  const copy = structuredClone(value);
  let place: JsonValue | undefined = copy;
  let last = key ?? "";
  for (const step of rest) {
    place = Array.isArray(place) ? place[Number(last)] : isObject(place) ? place[last] : undefined;
    last = step;
  }
  if (Array.isArray(place)) place.splice(Number(last), 1, ...(to === undefined ? [] : [to]));
  else if (isObject(place) && to === undefined) delete place[last];
  else if (isObject(place) && to !== undefined) place[last] = to;
  return copy;
}

function read(value: JsonValue): Pact {
  return JSON.parse(JSON.stringify(value));
}

const stockLow: JsonValue = files.find(({ name }) => name === "notification-inventory.json")?.pact ?? {};
const type = { matchers: [{ match: "type" }] };
const body = ["matchingRules", "body"];
const metadata = ["matchingRules", "metadata"];

/** Changes of the interaction about `stock.low`, each with the expected finding. */
const loosened: readonly {
  readonly what: string;
  readonly changes: readonly (readonly [path: Path, to: JsonValue | undefined])[];
  readonly says: RegExp;
}[] = [
  { what: "without contents", changes: [[["contents"], undefined]], says: /has no contents/ },
  { what: "with empty contents", changes: [[["contents"], {}]], says: /has no contents/ },
  { what: "without metadata", changes: [[["metadata"], undefined]], says: /has no metadata/ },
  { what: "with empty metadata", changes: [[["metadata"], {}]], says: /has no metadata/ },
  {
    what: "that has lost its fields",
    changes: [
      [["contents", "content"], {}],
      [body, undefined],
    ],
    says: /names no field/,
  },
  {
    what: "that has lost its fields and kept their matchers",
    changes: [[["contents", "content"], {}]],
    says: /names no field/,
  },
  {
    what: "with a matcher for all of the payload",
    changes: [[[...body, "$"], type]],
    says: /has a matcher for all of it, which loosens fields that have none/,
  },
  {
    what: "with a matcher for any field",
    changes: [[[...body, "$.*"], type]],
    says: /has a matcher for \*, of which it has no example/,
  },
  {
    what: "with the matcher type where the contract has a pattern",
    changes: [[[...body, "$.sku"], type]],
    says: /at sku accepts "", which the contract forbids/,
  },
  {
    what: "with a second, looser path to the same field",
    changes: [[[...body, "$['sku']"], type]],
    says: /at sku accepts "", which the contract forbids/,
  },
  {
    what: "with the matcher type where the contract has an integer",
    changes: [[[...body, "$.available"], type]],
    says: /at available accepts 1\.5, which the contract forbids/,
  },
  {
    what: "with a matcher that cannot be compared",
    changes: [[[...body, "$.sku"], { matchers: [{ match: "include", value: "A" }] }]],
    says: /at sku has the matcher include, which cannot be compared with the contract/,
  },
  {
    what: "with alternative matchers",
    changes: [[[...body, "$.sku"], { combine: "OR", matchers: [{ match: "equality" }, { match: "type" }] }]],
    says: /at sku has the matcher OR, which cannot be compared/,
  },
  {
    what: "with any message id",
    changes: [[[...metadata, "messageId"], type]],
    says: /as to its properties at messageId accepts "", which the contract forbids/,
  },
  {
    what: "with any exchange",
    changes: [[[...metadata, "exchange"], type]],
    says: /as to its properties has a matcher for exchange/,
  },
  {
    what: "without a schema version",
    changes: [[["metadata", "headers.schema-version"], undefined]],
    says: /does not name its schema-version/,
  },
  { what: "that is pending", changes: [[["pending"], true]], says: /is pending: the verifier reports no/ },
  {
    what: "of another kind",
    changes: [[["type"], "Synchronous/Messages"]],
    says: /has no type "Asynchronous\/Messages" or "Synchronous\/HTTP"/,
  },
];

describe("an interaction is named", () => {
  for (const { what, changes, says } of loosened) {
    it(what, () => {
      const pact = changes.reduce<JsonValue>(
        (result, [path, to]) => changed(result, ["interactions", "0", ...path], to),
        stockLow,
      );
      const found = findDisagreements(contract, [read(pact)]).join("\n");
      assert.match(found, says);
      assert.match(
        found,
        /^notification-inventory\.json: "stock\.low" \(a product just above its low-stock threshold\) /,
      );
    });
  }

  it("that appears twice", () => {
    const { interactions } = read(stockLow);
    const twice = { ...read(stockLow), interactions: [...interactions, ...interactions] };
    assert.deepEqual(findDisagreements(contract, [twice]), [
      'notification-inventory.json: "stock.low" (a product just above its low-stock threshold) is there twice: ' +
        "the verifier would report only one of them",
    ]);
  });

  it("unless a pact has none, which is named itself", () => {
    const found = findDisagreements(contract, [read(changed(stockLow, ["interactions"], undefined))]);
    assert.deepEqual(found, ["notification-inventory.json: has no interactions"]);
  });
});

/** Parts that say nothing about the message, and matchers that a field has by default. */
const withoutMeaning =
  /^(?:pending|providerStates.*|contents\.encoded|.*\.combine|.*\$\.\w+\[\*\]\.name.*|.*\.headers\.schema-version)$/;

describe("nothing can be removed from a message interaction unnoticed", () => {
  for (const { name, pact } of files) {
    for (const interaction of Array.isArray(pact.interactions) ? pact.interactions : []) {
      if (!isObject(interaction) || interaction.type !== "Asynchronous/Messages") continue;
      it(`${name}: ${interaction.description}`, () => {
        const unnoticed = pathsOf(interaction)
          .filter((path) => {
            const interactions = [changed(interaction, path, undefined)];
            return disagreementsOf(contract, read({ ...pact, interactions })).length === 0;
          })
          .map((path) => path.join("."));
        assert.deepEqual(
          unnoticed.filter((path) => !withoutMeaning.test(path) || path.startsWith("metadata")),
          [],
        );
      });
    }
  }
});

/** Every path in a value. */
function pathsOf(value: JsonValue): Path[] {
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => [
    [key],
    ...pathsOf(inner).map((path) => [key, ...path]),
  ]);
}
