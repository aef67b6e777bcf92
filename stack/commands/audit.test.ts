import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { resultOf } from "./audit.ts";

describe("an audit", () => {
  it("passes when the registry knows of nothing", () => {
    assert.equal(resultOf("{}", "").code, 0);
  });

  it("fails when there is a vulnerability, and names it", () => {
    const advisory = {
      severity: "high",
      title: "Prototype pollution",
      url: "https://github.com/advisories/GHSA-x",
      vulnerable_versions: "<1.2.3",
    };
    const { code, message } = resultOf(JSON.stringify({ minimist: [advisory, advisory] }), "");
    assert.equal(code, 1);
    assert.match(message, /^high: minimist <1\.2\.3: Prototype pollution https:\S+$/m);
    assert.match(message, /^2 known vulnerabilities$/m);
  });

  it("does not pass, and says so, when nobody has answered", () => {
    for (const [output, errors] of [
      ["", "bun audit v1\n\nerror: POST https://registry/advisories/bulk - 405\n"],
      ["<html>", ""],
      ["[]", "error: ConnectionRefused"],
    ] as const) {
      const { code, message } = resultOf(output, errors);
      assert.equal(code, 2);
      assert.match(message, /^it is not known whether/);
    }
    assert.match(resultOf("", "error: POST https://registry/x - 405").message, /405/);
  });
});
