import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { fixture } from "../rules/testing/fixture.ts";
import type { JsonObject } from "../source.ts";
import { compare } from "./compare.ts";
import type { Difference } from "./difference.ts";
import { integer, schemaChanges, text } from "./testing/schema-changes.ts";

describe("a change of a schema", async () => {
  // All at once: each pair is a field of the same payload.
  const contract = (side: 1 | 2) => {
    // A copy: YAML would write an object that stands in two places as an alias.
    const fields = schemaChanges.map((one, index): [string, JsonObject] => [
      `f${index}`,
      JSON.parse(JSON.stringify({ allOf: [one[side]] })),
    ]);
    return fixture({
      "/components/schemas/BasketFilled/properties": {
        basketId: { $ref: "#/components/schemas/BasketId" },
        ...Object.fromEntries(fields),
      },
      "/components/schemas/BasketFilled/required": ["basketId"],
      "/components/schemas/Changing": side === 1 ? text : integer,
    });
  };
  const { differences } = compare({ base: contract(1), contract: contract(2), releases: [] });
  const about = (index: number) =>
    differences.filter(({ change }) => new RegExp(`^payload /f${index}[/: ]`).test(change));

  it("is looked at for at least 60 kinds", () =>
    assert.ok(schemaChanges.length >= 60, String(schemaChanges.length)));

  for (const [index, [name, , , expected]] of schemaChanges.entries()) {
    it(`affects ${expected === "same" ? "none, as nothing changes" : expected}: ${name}`, () => {
      const found = about(index);
      if (expected === "same") assert.deepEqual(found, []);
      const refused = (who: "old" | "new") => verdictOf(found, `payload-refused-by-${who}-consumers`, who);
      const sides = [refused("old"), refused("new")].filter((verdict) => verdict !== "");
      const verdict = sides.join(" ") === "old new" ? "both" : sides.join(" ") || "none";
      assert.equal(verdict, expected === "same" ? "none" : expected, JSON.stringify(found, undefined, 2));
    });
  }

  it("is shown by a message that one side's check accepts and the other's refuses", () => {
    const shown = differences.filter(({ judgement }) => judgement === "breaking");
    assert.ok(shown.length > 60);
    for (const { counterexample, change } of shown) {
      assert.ok(counterexample, change);
      assert.match(counterexample.problem, /^\/f\d+/);
    }
  });

  it("says how to make it safely", () => {
    for (const { judgement, safeWay, services } of differences) {
      if (judgement === "compatible") continue;
      assert.ok(safeWay.length > 1);
      assert.deepEqual(services, ["till"]);
    }
  });
});

function verdictOf(found: readonly Difference[], rule: string, who: string): string {
  const refusals = found.filter((difference) => difference.rule === rule);
  if (refusals.length === 0) return "";
  return refusals.some(({ judgement }) => judgement === "breaking") ? who : `${who}?`;
}
