import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { closest, jsonLines } from "./json-lines.ts";
import type { Json } from "./payload-schemas.ts";

const texts = (value: Json) => jsonLines(value).map(({ text, depth }) => "  ".repeat(depth) + text);

describe("the lines of JSON", () => {
  it("are those of JSON.stringify", () => {
    const value = { a: [1, "two", { "b/c": null }], "": {}, empty: [], "~": false };
    assert.equal(texts(value).join("\n"), JSON.stringify(value, null, 2));
  });

  it("shorten long texts and deep nesting", () => {
    assert.match(texts("x".repeat(1_000_000)).join(), /^"x{1999}… \(1,000,002 characters\)$/);
    const deep = JSON.parse("[".repeat(200_000) + "]".repeat(200_000));
    const lines = jsonLines(deep);
    assert.equal(lines.length, 201);
    assert.equal(lines[100]?.text, "[…]");
  });

  it("are marked at the invalid value, or at the closest one around it", () => {
    const value = { lines: [{ sku: "A", "x/y": 0 }] };
    assert.equal(closest(value, "/lines/0/sku"), "/lines/0/sku");
    assert.equal(closest(value, "/lines/0/x~1y"), "/lines/0/x~1y");
    assert.equal(closest(value, "/lines/0/quantity"), "/lines/0");
    assert.equal(closest(value, "/lines/7/quantity"), "/lines");
    assert.equal(closest(value, "/constructor/name"), "");
  });
});
