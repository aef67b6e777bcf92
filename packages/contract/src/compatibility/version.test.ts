import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { fixture, type Patch } from "../rules/testing/fixture.ts";
import { compare } from "./compare.ts";
import { compareVersions, isVersion, nextVersion } from "./version.ts";

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
  // A pre-release promises nothing.
  ["2.0.0-rc.1", "2.0.0", breaking, true],
  ["2.0.0-rc.1", "2.0.0-rc.2", breaking, true],
  ["2.0.0-rc.2", "2.0.0-rc.1", {}, false],
  ["2.0.0", "2.0.0-rc.1", {}, false],
  // Without a version, only what breaks nothing.
  ["2026-11", "2026-12", field, true],
  ["2026-11", "2026-12", breaking, false],
  ["1.0.0", "v2", breaking, false],
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

  it("is named if it is none", () => {
    const contract = fixture({ "/info/version": "next", "/components/schemas/Basket/required": [] });
    const { verdict } = compare({ base: fixture(), contract, releases: [] });
    assert.match(verdict.reason, /"next" is not a semantic version like 1.4.0, so only compatible changes/);
  });

  it("may not stay the same for a breaking change where no releases are kept", () => {
    const { verdict } = compare({ base: fixture(), contract: fixture(breaking), releases: [] });
    assert.equal(verdict.allowed, false, verdict.reason);
  });

  it("of a candidate asks for the next candidate once it is released", () => {
    const base = fixture({ "/info/version": "2.0.0-rc.1" });
    const contract = fixture({ ...field, "/info/version": "2.0.0-rc.1" });
    const { verdict } = compare({ base, contract, releases: ["2.0.0-rc.1"] });
    assert.equal(verdict.allowed, false);
    assert.match(verdict.reason, /set info.version to 2.0.0-rc.2/);
  });

  it("comes after its candidates, which are ordered as semantic versions are", () => {
    const ordered = [
      "0.9.9",
      "1.0.0-1",
      "1.0.0-Beta",
      "1.0.0-alpha",
      "1.0.0-alpha.1",
      "1.0.0-rc.2",
      "1.0.0-rc.10",
      "1.0.0",
      "1.0.1",
      "1.10.0",
    ];
    assert.deepEqual([...ordered].reverse().sort(compareVersions), ordered);
  });

  it("has the form of a semantic version", () => {
    for (const text of ["1.0.0", "1.0.0-rc.1", "1.0.0+build.5"]) assert.ok(isVersion(text), text);
    for (const text of ["v1.0.0", "=1.0.0", "1.0", " 1.0.0", "1.0.0-01", ""])
      assert.ok(!isVersion(text), text);
  });

  it("breaks things with the minor version before 1.0.0", () => {
    assert.equal(nextVersion("0.3.1", "major"), "0.4.0");
    assert.equal(nextVersion("1.3.1", "major"), "2.0.0");
  });
});
