import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { jsonErrorIndex, readJson } from "./json.ts";

const read = (text: string) => readJson(new TextEncoder().encode(text));

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
    assert.throws(() => read('{\r\n"a": 😀}'), /Unexpected "😀" at line 2, column 6\./);
    assert.throws(() => read('{"a": '), /Unexpected the end at line 1, column 7\./);
  });

  it("refuses what is not UTF-8, instead of replacing it", () => {
    assert.throws(() => readJson(new Uint8Array([0x22, 0xff, 0x22])), /It is not UTF-8/);
    assert.throws(() => readJson(new Uint8Array([0x22, 0xed, 0xa0, 0x80, 0x22])), /It is not UTF-8/);
  });
});

describe("harm in a body", () => {
  it("is also found where it is written as an escape", () => {
    for (const text of ['"\\u0000"', '"\\ud800"', '{"__proto\\u005f_":1}', '{"\\u0000":1}'])
      assert.equal(read(text).harmful.length, 1, text);
    for (const text of ['"a\\nb"', '{"proto":"x"}', "1"]) assert.deepEqual(read(text).harmful, [], text);
  });

  it("is found in strings and names, at any depth", () => {
    const { harmful } = read(
      '{"a/b":[{"~":"\\u0000"},"\\udc00"],"__proto__":{"x":"\\u0000"},"n\\u0000":1,"fine":"é😀"}',
    );
    assert.deepEqual(
      harmful.map(({ pointer }) => pointer),
      ["/a~1b/0/~0", "/a~1b/1", "/__proto__", "/n\0"],
    );
  });

  it("is looked for 64 levels deep, and deeper is harm enough", () => {
    for (const [open, close] of [
      ["[", "]"],
      ['{"a":', "}"],
    ] as const) {
      const nested = (depth: number) =>
        read(`${open.repeat(depth)}${open === "[" ? "" : "0"}${close.repeat(depth)}`);
      assert.deepEqual(nested(64).harmful, []);
      for (const depth of [65, 200_000]) assert.throws(() => nested(depth), /deeper than 64 levels/);
    }
  });

  it("never reaches a prototype", () => {
    const { value } = read('{"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}}}');
    assert.equal(Object.getPrototypeOf(value), Object.prototype);
    assert.equal("polluted" in {}, false);
  });
});
