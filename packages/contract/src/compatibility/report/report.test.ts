import assert from "node:assert/strict";
import { describe, it } from "node:test";
import sarifSchema from "@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json" with { type: "json" };
import { Ajv } from "ajv";
import { buildContract } from "../../read-contract.ts";
import { fixture } from "../../rules/testing/fixture.ts";
import { Source } from "../../source.ts";
import { compare } from "../compare.ts";
import { report } from "./index.ts";

interface Sarif {
  readonly runs: readonly {
    readonly results: readonly {
      readonly level: string;
      readonly locations: readonly {
        readonly physicalLocation: { readonly artifactLocation: { readonly uri: string } };
      }[];
    }[];
  }[];
}

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

  it("as text prints control characters as escapes, for they would act on a terminal", () => {
    const name = "a\u001b]0;title\u0007";
    const contract = fixture({ [`/components/schemas/BasketFilled/properties/${name}`]: { type: "string" } });
    const text = report(compare({ base: fixture(), contract, releases: [] }), "text");
    assert.match(text, /\/a\\u001b\]0;title\\u0007 is new/);
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
    assert.deepEqual(Object.keys(parsed), [
      "format",
      "scope",
      "notes",
      "base",
      "contract",
      "verdict",
      "differences",
    ]);
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
      deploy: "together",
      place: { file: "asyncapi.yaml", line: 7, pointer: "/info/version" },
    });
    const [first] = parsed.differences;
    assert.deepEqual(Object.keys(first).sort(), [
      "affects",
      "change",
      "counterexample",
      "deploy",
      "field",
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

  it("as GitHub annotations escapes what would end one", () => {
    const lines = report(comparison, "github").split("\n");
    assert.match(
      lines[0] ?? "",
      /^::error file=asyncapi.yaml,line=7,title=version 1.1.0::not allowed: a change that breaks/,
    );
    assert.match(
      lines[1] ?? "",
      /^::error file=asyncapi.yaml,line=\d+,title=message basket.filled%3A payload \/note%3A a string of/,
    );
    assert.match(lines[1] ?? "", /%0AExample: new producers may send/);
    assert.match(lines[3] ?? "", /^::notice .*a<b>\| is new::old consumers ignore it\.$/);
    assert.match(lines.at(-1) ?? "", /^2 breaking.*not allowed/);
    assert.equal(lines.length, 5);
  });

  it("as JUnit has a failure for each difference that is not allowed, and is XML", () => {
    const xml = report(comparison, "junit");
    assert.match(xml, /<testsuites name="rabbit-contract compare" tests="4" failures="3" errors="0">/);
    assert.equal(xml.match(/<failure /g)?.length, 3);
    assert.match(xml, /name="message basket.filled: payload \/a&lt;b&gt;\| is new"/);
    assert.match(xml, /<failure type="version" message="version 1.1.0">not allowed: /);
    const nothing = compare({ base: fixture(), contract: fixture(), releases: [] });
    assert.match(
      report(nothing, "junit"),
      /tests="1" failures="0"[\s\S]*<testcase classname="version" name="allowed:/,
    );
  });

  it("as SARIF is valid, and has errors only if the version does not allow the differences", () => {
    // Of draft 4, which differs from what Ajv knows in these two only.
    const { $schema, id, ...schema } = sarifSchema;
    const validate = new Ajv({ strict: false, validateFormats: false, unicodeRegExp: false }).compile(schema);
    const levels = (text: string) => {
      const log: Sarif = JSON.parse(text);
      assert.ok(validate(log), JSON.stringify(validate.errors));
      return log.runs.flatMap(({ results }) => results.map(({ level }) => level));
    };
    assert.deepEqual(levels(report(comparison, "sarif")), ["error", "error", "error", "note"]);
    const allowed = compare({
      base: fixture(),
      contract: fixture({ "/info/version": "2.0.0", "/operations/receiveShopPayments": undefined }),
      releases: ["1.0.0"],
    });
    assert.ok(allowed.verdict.allowed);
    assert.deepEqual([...new Set(levels(report(allowed, "sarif")))].sort(), ["note", "warning"]);
  });

  it("points to the contract's beginning for parts that were removed", () => {
    const base = buildContract(new Source("main:asyncapi.yaml", fixture().source.text));
    const contract = fixture({ "/operations/sendBasketEmptied": undefined });
    const log: Sarif = JSON.parse(report(compare({ base, contract, releases: [] }), "sarif"));
    const files = log.runs.flatMap(({ results }) =>
      results.flatMap(({ locations }) =>
        locations.map(({ physicalLocation }) => physicalLocation.artifactLocation.uri),
      ),
    );
    assert.deepEqual([...new Set(files)], ["asyncapi.yaml"]);
  });
});
