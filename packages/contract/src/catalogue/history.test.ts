import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, it } from "node:test";
import type { Contract } from "../contract.ts";
import { fixture, fixtureText, type Patch } from "../rules/testing/fixture.ts";
import { historyOf, readReleases } from "./history.ts";

const contract = (version: string, patch: Patch = {}) => fixture({ ...patch, "/info/version": version });

function history(name: string, releases: readonly Contract[], now: Contract) {
  const message = now.messages.find((candidate) => candidate.name === name);
  assert.ok(message);
  return historyOf(message, releases, now).map(({ version, released, changes }) => ({
    version,
    released,
    changes,
  }));
}

describe("history of a message", () => {
  const folder = mkdtempSync(join(tmpdir(), "history-test-"));
  after(() => rmSync(folder, { recursive: true }));

  it("consists of the current contract while there is no release", () => {
    assert.deepEqual(readReleases(join(folder, "none")), []);
    mkdirSync(join(folder, "empty"));
    assert.deepEqual(readReleases(join(folder, "empty")), []);
    assert.deepEqual(history("basket.filled", [], contract("1.0.0")), [
      { version: "1.0.0", released: false, changes: ["Added."] },
    ]);
  });

  it("sorts releases by version number", () => {
    for (const version of ["1.10.0", "1.2.0", "1.9.1"]) {
      writeFileSync(join(folder, `${version}.yaml`), fixtureText({ "/info/version": version }));
    }
    writeFileSync(join(folder, "README.md"), "");
    assert.deepEqual(
      readReleases(folder).map(({ version }) => version),
      ["1.2.0", "1.9.1", "1.10.0"],
    );
  });

  it("omits versions that did not change it", () => {
    const releases = [contract("1.0.0"), contract("1.1.0")];
    assert.deepEqual(history("basket.filled", releases, contract("1.1.0")), [
      { version: "1.0.0", released: true, changes: ["Added."] },
    ]);
  });

  it("describes changes of its fields and its routes", () => {
    const schema = "/components/schemas/BasketFilled";
    const now = contract("2.0.0", {
      [`${schema}/required`]: ["basketId"],
      [`${schema}/properties/shelf`]: { type: "string", description: "Where." },
      [`${schema}/properties/items/minimum`]: 5,
    });
    assert.deepEqual(history("basket.filled", [contract("1.0.0")], now).at(-1), {
      version: "2.0.0",
      released: false,
      changes: [
        "Added the optional field `shelf`.",
        "Changed the field `items`: it was required, integer, 1 to 100.",
      ],
    });
  });

  it("shows a message that is new since the last release", () => {
    const before = contract("1.0.0", { "/components/messages/basketFilled/name": "basket.full" });
    assert.deepEqual(history("basket.filled", [before], contract("1.1.0")), [
      { version: "1.1.0", released: false, changes: ["Added."] },
    ]);
  });

  it("tells versions of a message apart, and follows the one that replaces another", () => {
    const headers = {
      type: "object",
      required: ["schema-version"],
      properties: { "schema-version": { type: "integer", const: 2 } },
    };
    const secondVersion: Patch = {
      "/components/messages/basketEmptied/name": "basket.filled",
      "/components/messages/basketEmptied/headers": headers,
    };
    const first = contract("1.0.0", { "/components/messages/basketEmptied/name": "basket.unknown" });
    const both = contract("1.1.0", secondVersion);
    const onlySecond = contract("2.0.0", {
      ...secondVersion,
      "/components/messages/basketFilled/name": "basket.gone",
    });
    const changesOf = (key: string, now: Contract, releases: readonly Contract[]) => {
      const message = now.messages.find((one) => one.key === key) ?? assert.fail();
      return historyOf(message, releases, now).map(({ changes }) => changes);
    };
    assert.deepEqual(changesOf("basketFilled", both, [first]), [["Added."]]);
    assert.deepEqual(changesOf("basketEmptied", both, [first]), [["Added."]]);
    const [, , replaced] = changesOf("basketEmptied", onlySecond, [first, both]);
    assert.equal(replaced, undefined);
    const [, direct] = changesOf("basketEmptied", onlySecond, [first]);
    assert.ok(direct?.includes("Schema version 2."), `${direct}`);
  });
});
