import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { describe, it } from "node:test";
import { formatFinding } from "../document.ts";
import { readContract } from "../read-contract.ts";
import { lint, rules } from "./index.ts";
import { fixture, fixtureText } from "./testing/fixture.ts";

describe("the semantic lint", () => {
  it("accepts the fixture, as the JSON Schema of AsyncAPI does", async () => {
    assert.deepEqual(lint(await readContract("asyncapi.yaml", { text: fixtureText() })), []);
  });

  it("has one file and one test for each rule", () => {
    for (const { name, summary } of rules) {
      for (const file of [`${name}.ts`, `${name}.test.ts`]) {
        assert.ok(existsSync(new URL(`./${file}`, import.meta.url)), `there is no ${file}`);
      }
      assert.match(summary, /\.$/);
    }
    assert.equal(new Set(rules.map(({ name }) => name)).size, rules.length);
  });

  it("reports place, rule, finding and fix, in document order", () => {
    const patch = {
      "/operations/sendBasketPaid/x-rabbitmq/service": "bank",
      "/channels/tillBaskets/x-rabbitmq/retry/1/delay": 500,
    };
    const findings = lint(fixture(patch));
    assert.deepEqual(
      findings.map(({ rule }) => rule),
      ["retry-tiers-are-their-own", "operations-name-a-service"],
    );
    const [first] = findings;
    assert.ok(first);
    const lines = fixtureText(patch).split("\n");
    assert.match(lines[first.line - 1] ?? "", /till\.baskets\.retry\.10s.*delay: 500/);
    assert.equal(
      formatFinding(first),
      `asyncapi.yaml:${first.line} /channels/tillBaskets/x-rabbitmq/retry/1/delay\n` +
        '  retry-tiers-are-their-own: the retry tier of 500 ms of "till.baskets" follows one of 1000 ms\n' +
        "  fix: sort the tiers by their delay, shortest first, each delay once",
    );
  });
});
