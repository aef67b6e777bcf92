import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { findHarmful, mayBeHarmful } from "./harm.ts";

function harmIn(text: string) {
  return mayBeHarmful(text) ? findHarmful(JSON.parse(text)) : [];
}

describe("harm in a body", () => {
  it("is also found where it is written as an escape", () => {
    for (const text of ['"\\u0000"', '"\\ud800"', '{"__proto\\u005f_":1}', '{"\\u0000":1}'])
      assert.equal(harmIn(text).length, 1, text);
    for (const text of ['"a\\nb"', '{"proto":"x"}', "1"]) assert.deepEqual(harmIn(text), [], text);
  });

  it("is found in strings and names, at any depth", () => {
    const harmful = harmIn(
      '{"a/b":[{"~":"\\u0000"},"\\udc00"],"__proto__":{"x":"\\u0000"},"n\\u0000":1,"fine":"é😀"}',
    );
    assert.deepEqual(
      harmful.map((one) => "pointer" in one && one.pointer),
      ["/a~1b/0/~0", "/a~1b/1", "/__proto__", "/n\0"],
    );
  });

  it("is looked for 64 levels deep; deeper nesting is refused", () => {
    for (const [open, close] of [
      ["[", "]"],
      ['{"a":', "}"],
    ] as const) {
      const nested = (depth: number) =>
        harmIn(`${open.repeat(depth)}${open === "[" ? "" : "0"}${close.repeat(depth)}`);
      assert.deepEqual(nested(64), []);
      for (const depth of [65, 200_000]) assert.throws(() => nested(depth), /deeper than 64 levels/);
    }
  });
});
