import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { JsonValue } from "../json.ts";
import { lineOf, type Origins } from "./origins.ts";
import { readYaml } from "./yaml.ts";

function read(text: string) {
  const origins: Origins = new WeakMap();
  return { ...readYaml("a.yaml", text, origins), origins };
}

/** `line pointer message` of each finding. */
function findings(text: string): string[] {
  return read(text).findings.map(({ line, pointer, message }) => `${line} ${pointer} ${message}`);
}

const laughs = ["a: &a [x, x, x, x, x, x, x, x, x, x]"]
  .concat([..."bcdefghi"].map((name, at) => `${name}: &${name} [${`*${"abcdefgh"[at]}, `.repeat(10)}x]`))
  .join("\n");

describe("YAML", () => {
  const values: readonly (readonly [name: string, text: string, value: JsonValue])[] = [
    ["anchors and aliases", "a: &x {b: [1]}\nc: *x", { a: { b: [1] }, c: { b: [1] } }],
    ["an alias for a key", "a: &x key\n*x : 1", { a: "key", key: 1 }],
    [
      "a merge key, which its own keys override",
      "a: &x {b: 1, c: 2}\nd: {c: 3, <<: *x}",
      { a: { b: 1, c: 2 }, d: { c: 3, b: 1 } },
    ],
    ["several merged mappings, of which the first counts", "<<: [{a: 1}, {a: 2, b: 3}]", { a: 1, b: 3 }],
    ['a quoted "<<" as any key', '"<<": {a: 1}', { "<<": { a: 1 } }],
    ["JSON with tabs", '{\n\t"a": [\n\t\t1e2,\n\t\t"\\ud83d\\ude00"\n\t]\n}', { a: [100, "😀"] }],
    ["numbers and booleans for keys as they are written", "1.50: a\ntrue: b", { "1.50": "a", true: "b" }],
    [
      "the largest numbers that keep their digits",
      "[9007199254740992, 1e300, 0.10, -1.50e-3, 0x1F]",
      [9007199254740992, 1e300, 0.1, -0.0015, 31],
    ],
    ["dates as texts", "2020-01-01", "2020-01-01"],
  ];
  for (const [name, text, value] of values) {
    it(`reads ${name}`, () => {
      assert.deepEqual(findings(text), []);
      assert.deepEqual(read(text).value, value);
    });
  }

  it("reads a key __proto__ as a key", () => {
    const { value } = read("__proto__: {a: 1}");
    assert.equal(JSON.stringify(value), '{"__proto__":{"a":1}}');
    assert.equal(Object.getPrototypeOf(value), Object.prototype);
  });

  const refused: readonly (readonly [name: string, text: string, ...findings: string[]])[] = [
    ["two syntax errors, each with its line", "a: [1, 2\nb: ]\nc: 'x", "2", "3"],
    ["a key that stands twice", "a:\n  b: 1\n  c: 2\n  b: 3", '4 /a/b the key "b" is already in line 2'],
    [
      "an integer that loses digits",
      "a:\n  minimum: 9007199254740993",
      "2 /a/minimum 9007199254740993 cannot be represented exactly: it would be read as 9007199254740992",
    ],
    [
      "a fraction that loses digits",
      "a: 0.12345678901234567890",
      "1 /a 0.12345678901234567890 cannot be represented exactly: it would be read as 0.12345678901234568",
    ],
    [
      "a hexadecimal number that loses digits",
      "a: 0x20000000000001",
      "1 /a 0x20000000000001 cannot be represented exactly: it would be read as 9007199254740992",
    ],
    ["infinity", "a: .inf\nb: 1e400", "1 /a .inf is not a JSON number", "2 /b 1e400 is not a JSON number"],
    ["an alias without an anchor", "a:\n  - *x", '2 /a/0 the alias "*x" has no anchor "&x" before it'],
    [
      "an alias within what it stands for",
      "a: &x\n  b: *x",
      '2 /a/b the alias "*x" is a part of the value that it stands for',
    ],
    ["a merge of what is not a mapping", "a:\n  <<: 1", '2 /a the merge key "<<" is not a mapping'],
    ["a list for a key", "? [a]\n: b", "1  a key is not a string"],
    ["an unknown tag", "a: !secret x", "1  Unresolved tag: !secret"],
    ["a set", "a: !!set {x, y}", "1 /a a set has no counterpart in JSON"],
    ["dates of YAML 1.1", "%YAML 1.1\n---\na: 2001-01-01", '3 /a "2001-01-01" has no counterpart in JSON'],
    ["two documents", "a: 1\n---\nb: 1", "2  Source contains multiple documents"],
    ["endless nesting", `a: ${"[".repeat(1000)}${"]".repeat(1000)}`, "1"],
    ["a billion laughs", laughs, "5"],
  ];
  for (const [name, text, ...expected] of refused) {
    it(`refuses ${name}`, () => {
      const found = findings(text);
      assert.equal(found.length >= expected.length, true, found.join("\n"));
      for (const [index, start] of expected.entries())
        assert.equal(found[index]?.startsWith(start), true, found.join("\n"));
    });
  }

  it("reports all findings together, and a billion laughs once", () => {
    assert.deepEqual(findings("a: .inf\na: *b\n").length, 3);
    assert.equal(findings(laughs).length, 1);
  });

  it("knows the lines of keys, of items and of what an alias stands for", () => {
    const { value, origins } = read("a: &x\n  b: 1\nc:\n  - *x\nd:\n  <<: *x\n  e: 2");
    const at = (...path: readonly string[]) =>
      path.reduce<JsonValue>((inner, key) => (inner as Record<string, JsonValue>)[key] ?? null, value);
    const lines = (...path: readonly string[]) => {
      const owner = at(...path) as object;
      return Object.fromEntries(Object.keys(owner).map((key) => [key, lineOf(origins, owner, key)?.line]));
    };
    assert.deepEqual(lines(), { a: 1, c: 3, d: 5 });
    assert.deepEqual(lines("c"), { 0: 4 });
    assert.deepEqual(lines("c", "0"), { b: 2 });
    assert.deepEqual(lines("d"), { e: 7, b: 2 });
  });
});
