import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { oneLine } from "./plain-text.ts";

describe("oneLine", () => {
  it("leaves no line break, control character or invisible turn of direction in the text", () => {
    assert.equal(oneLine("Lamp\r\nBcc: everybody@example.com"), "Lamp Bcc: everybody@example.com");
    assert.equal(oneLine("\u0000Desk\u0007\u2028lamp\u202Egpj.exe\u0085"), "Desk lamp gpj.exe");
    assert.equal(oneLine("  Desk \t  lamp  "), "Desk lamp");
  });

  it("keeps every letter there is", () => {
    assert.equal(oneLine("Lámpara «Ñandú» 灯 💡"), "Lámpara «Ñandú» 灯 💡");
  });

  it("cuts at whole characters and says so", () => {
    assert.equal(oneLine("💡💡💡💡", 3), "💡💡…");
    assert.equal(oneLine("Desk lamp", 6), "Desk…");
    assert.equal(oneLine("Desk", 4), "Desk");
  });

  it("replaces half a surrogate pair, which no encoding has", () => {
    assert.equal(oneLine("a\ud83d"), "a\ufffd");
  });
});
