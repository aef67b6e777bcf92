import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { repeatedKey } from "./repeated-key.ts";

const check = (text: string) => repeatedKey(text, JSON.parse(text));

describe("a key twice in one object", () => {
  it("is found at any depth, however it is written", () => {
    assert.equal(check('{"a":1,"a":1}'), "a");
    assert.equal(check('{"a":{"b":[1,{"c":1,"d":{},"c":2}]}}'), "c");
    assert.equal(check('{"a":1,"\\u0061":2}'), "a");
    assert.equal(check('{"__proto__":1,"__proto__":2}'), "__proto__");
    assert.equal(check('{ "a" : ":" , "b":":::" , "a":{} }'), "a");
    assert.equal(check('{"":1,"":2}'), "");
    assert.equal(check('[{"a":"x:y\\""},{"b":1,"b":"\\\\"}]'), "b");
  });

  it("is not reported if the objects or the letters differ", () => {
    for (const text of [
      '{"a":1,"A":1}',
      '{"a":{"a":{"a":1}},"b":{"a":1}}',
      '[{"a":1},{"a":1}]',
      '{"a":["a","a"],"b":"a\\":\\"a","c":":"}',
      '{"url":"http://a:1/","time":"12:00:00Z","text":"{\\"a\\":1,\\"a\\":2}"}',
      '"a:a"',
      "null",
    ])
      assert.equal(check(text), undefined, text);
  });

  it("is searched for in reasonable time, in a large and in a deep body", () => {
    // In quadratic time this would not end before the runner's time limit.
    const large = JSON.stringify(
      Array.from({ length: 50_000 }, (_, id) => ({ id, time: "12:00:00", "a:b": [":"] })),
    );
    assert.equal(check(large), undefined);
    assert.equal(check(`${"[".repeat(5_000)}{"a":"${":".repeat(100_000)}"}${"]".repeat(5_000)}`), undefined);
  });
});
