import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { fixture, type Patch } from "../rules/testing/fixture.ts";
import { compare } from "./compare.ts";
import { compareVersions, nextVersion } from "./version.ts";

const text: Patch = { "/info/description": "Another." };
const field: Patch = { "/components/schemas/BasketFilled/properties/gift": { type: "boolean" } };
const breaking: Patch = { "/components/schemas/BasketFilled/properties/items/maximum": 10 };

/** A change from `base` to `now`, and whether info.version allows it. The releases are 0.1.0, 1.0.0 and 1.1.0. */
const cases: readonly (readonly [base: string, now: string, patch: Patch, allowed: boolean])[] = [
  ["1.0.0", "1.0.0", {}, true],
  ["1.0.0", "1.0.1", {}, true],
  ["1.0.0", "0.9.0", {}, false],
  ["1.0.0", "1.0.0", text, false],
  ["1.0.0", "1.0.1", text, true],
  ["1.0.0", "1.0.1-rc.1", text, true],
  ["1.0.0", "1.0.1", field, false],
  ["1.0.0", "1.1.0", field, true],
  ["1.0.0", "1.1.0-rc.1", field, true],
  ["1.1.0", "1.2.0", breaking, false],
  ["1.1.0", "2.0.0", breaking, true],
  ["1.1.0", "2.0.0-rc.1", breaking, true],
  ["0.1.0", "0.1.1", breaking, false],
  ["0.1.0", "0.2.0", breaking, true],
  // Not released: the last release decides about it.
  ["1.2.0", "1.2.0", breaking, true],
  ["1.2.0", "1.3.0", breaking, false],
];

describe("the version of a contract", () => {
  for (const [base, now, patch, allowed] of cases) {
    it(`${allowed ? "allows" : "does not allow"} ${JSON.stringify(patch)} from ${base} to ${now}`, () => {
      const { verdict } = compare({
        base: fixture({ "/info/version": base }),
        contract: fixture({ ...patch, "/info/version": now }),
        releases: ["0.1.0", "1.0.0", "1.1.0"],
      });
      assert.equal(verdict.allowed, allowed, verdict.reason);
    });
  }

  it("has to be one", () => {
    const contract = fixture({ "/info/version": "next" });
    assert.throws(() => compare({ base: fixture(), contract, releases: [] }), /"next" is no version/);
  });

  it("comes after its candidates, and candidates are counted", () => {
    const versions = ["1.0.0", "1.0.0-rc.10", "0.9.9", "1.0.0-rc.2", "1.0.1"];
    assert.deepEqual(versions.sort(compareVersions), [
      "0.9.9",
      "1.0.0-rc.2",
      "1.0.0-rc.10",
      "1.0.0",
      "1.0.1",
    ]);
  });

  it("breaks things with the minor version before 1.0.0", () => {
    assert.equal(nextVersion("0.3.1", "major"), "0.4.0");
    assert.equal(nextVersion("1.3.1", "major"), "2.0.0");
  });
});
