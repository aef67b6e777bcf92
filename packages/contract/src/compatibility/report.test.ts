import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { fixture } from "../rules/testing/fixture.ts";
import { compare } from "./compare.ts";
import { report } from "./report.ts";

describe("the report of a comparison", async () => {
  const comparison = compare({
    base: fixture({ "/components/schemas/BasketFilled/properties/note/maxLength": 600 }),
    contract: fixture({
      "/info/version": "1.1.0",
      "/components/schemas/BasketFilled/properties/items/maximum": 10,
      "/components/schemas/BasketFilled/properties/note/maxLength": 2_000,
      "/components/schemas/BasketFilled/properties/a<b>|": { type: "string" },
    }),
    releases: ["1.0.0"],
  });

  it("as text says what breaks, for whom, why, and what to do", () => {
    const text = report(comparison, "text");
    assert.match(text, /^asyncapi.yaml \(1.1.0\) compared with .* \(1.0.0\)/);
    assert.match(
      text,
      /BREAKING {2}message basket.filled: payload \/items: an integer from 1 to 100 may be sent/,
    );
    assert.match(text, /affects: new consumers \(till\)/);
    assert.match(
      text,
      /old producers may send the payload \{.*"items":100\}; new consumers refuse it: \/items must be at most 10/,
    );
    assert.match(text, /safe way: 1\. /);
    assert.match(text, /aaa… \(\d+ characters, all with --format json\)/);
    assert.match(text, /2 breaking, 0 unknown, 1 compatible; it needs a major version\nnot allowed: /);
  });

  it("as Markdown escapes everything from the contract", () => {
    const text = report(comparison, "markdown");
    assert.match(text, /^### ❌ Contract: 2 breaking/);
    assert.match(text, /\| BREAKING \| message basket.filled \| payload \/items/);
    assert.match(text, /\| minor \| message basket.filled \| payload \/a&lt;b&gt;\\\| is new \|/);
    assert.match(text, /```json\n\{"basketId"/);
  });

  it("as JSON has a stable shape", () => {
    const parsed = JSON.parse(report(comparison, "json"));
    assert.deepEqual(Object.keys(parsed), ["format", "base", "contract", "verdict", "differences"]);
    assert.equal(parsed.format, 1);
    assert.deepEqual(parsed.base, {
      source: "asyncapi.yaml",
      version: "1.0.0",
      released: true,
    });
    assert.deepEqual(parsed.verdict, {
      needed: "major",
      declared: "minor",
      allowed: false,
      reason: "a change that breaks those who run the old one needs 2.0.0 or later, info.version is 1.1.0",
    });
    const [first] = parsed.differences;
    assert.deepEqual(Object.keys(first).sort(), [
      "affects",
      "change",
      "counterexample",
      "judgement",
      "level",
      "place",
      "rule",
      "safeWay",
      "services",
      "subject",
      "why",
    ]);
    assert.deepEqual(Object.keys(first.counterexample).sort(), [
      "part",
      "problem",
      "refusedBy",
      "sentBy",
      "value",
    ]);
  });
});
