import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { oneLine } from "./text.ts";

describe("oneLine", () => {
  it("removes line breaks, control characters and changes of text direction", () => {
    assert.equal(oneLine("Lamp\r\nBcc: everybody@example.com"), "Lamp Bcc: everybody@example.com");
    assert.equal(oneLine("\u0000Desk\u0007\u2028lamp\u202Egpj.exe\u0085"), "Desk lamp gpj.exe");
    assert.equal(oneLine("  Desk \t  lamp  "), "Desk lamp");
  });

  it("keeps letters and symbols of every script", () => {
    assert.equal(oneLine("Lámpara «Ñandú» 灯 💡"), "Lámpara «Ñandú» 灯 💡");
  });

  it("cuts at whole characters and adds an ellipsis", () => {
    assert.equal(oneLine("💡💡💡💡", 3), "💡💡…");
    assert.equal(oneLine("Desk lamp", 6), "Desk…");
    assert.equal(oneLine("Desk", 4), "Desk");
  });

  it("replaces half a surrogate pair, which cannot be encoded", () => {
    assert.equal(oneLine("a\ud83d"), "a\ufffd");
  });
});
