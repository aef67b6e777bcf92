import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { findHarmful, jsonErrorIndex, parseJson } from "./json.ts";

const parse = (text: string) => parseJson(new TextEncoder().encode(text));

describe("the place of a JSON error", () => {
  for (const [text, index] of [
    ["", 0],
    ["  ", 2],
    ["{", 1],
    ["[1, 2", 5],
    ["[1, 2,]", 6],
    ["[1 2]", 3],
    ["[,]", 1],
    ["1 2", 2],
    ["01", 1],
    ["-", 0],
    ["1.", 1],
    ["+1", 0],
    ["nul", 0],
    ["NaN", 0],
    ['{"a":1,}', 7],
    ['{"a" 1}', 5],
    ['{"a":}', 5],
    ["{a:1}", 1],
    ["{'a':1}", 1],
    ['{"a":1]', 6],
    ["[1}", 2],
    ['{"a":1}}', 7],
    ['"abc', 4],
    ['"a\nb"', 2],
    ['"\\x"', 1],
    ['"\\u12g4"', 1],
    ['{"a":{"b":[1,{"c":tru}]}}', 18],
    ["// comment", 0],
  ] as const) {
    it(`is ${index} in ${JSON.stringify(text)}`, () => {
      assert.throws(() => JSON.parse(text));
      assert.equal(jsonErrorIndex(text), index);
    });
  }

  it("is the end for JSON without errors, however long its strings and deep its arrays", () => {
    const texts = [
      ' { "a" : [ 1 , -2.5e+3, true, null, "\\u00e9\\"" ], "b": { } , "c":[]} ',
      JSON.stringify("x".repeat(1_000_000)),
      "[".repeat(200_000) + "]".repeat(200_000),
    ];
    for (const text of texts) assert.equal(jsonErrorIndex(text), text.length);
  });
});

describe("parsing a body", () => {
  it("tells line, column and character", () => {
    assert.throws(() => parse('{\r\n"a": 😀}'), /Unexpected "😀" at line 2, column 6\./);
    assert.throws(() => parse('{"a": '), /Unexpected the end at line 1, column 7\./);
  });

  it("refuses what is not UTF-8, instead of replacing it", () => {
    assert.throws(() => parseJson(new Uint8Array([0x22, 0xff, 0x22])), /It is not UTF-8/);
    assert.throws(() => parseJson(new Uint8Array([0x22, 0xed, 0xa0, 0x80, 0x22])), /It is not UTF-8/);
  });
});

describe("harm in a body", () => {
  it("is found in strings and names, at any depth", () => {
    const body = parse(
      '{"a/b":[{"~":"\\u0000"},"\\udc00"],"__proto__":{"x":"\\u0000"},"n\\u0000":1,"fine":"é😀"}',
    );
    assert.deepEqual(
      findHarmful(body).map(({ pointer }) => pointer),
      ["/a~1b/0/~0", "/a~1b/1", "/__proto__", "/n\0"],
    );
  });

  it("is looked for 64 levels deep, and deeper is harm enough", () => {
    const nested = (depth: number) => parse("[".repeat(depth) + "]".repeat(depth));
    assert.deepEqual(findHarmful(nested(64)), []);
    for (const depth of [65, 500_000])
      assert.throws(() => findHarmful(nested(depth)), /deeper than 64 levels/);
  });

  it("never reaches a prototype", () => {
    const body = parse('{"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}}}');
    assert.equal(Object.getPrototypeOf(body), Object.prototype);
    assert.equal("polluted" in {}, false);
  });
});
