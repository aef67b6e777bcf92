import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import type { Contract } from "../contract.ts";
import { buildContract } from "../read-contract.ts";
import { Source } from "../source.ts";
import { historyOf, readReleases } from "./history.ts";

const text = readFileSync(
  fileURLToPath(new URL("../../../../asyncapi/asyncapi.yaml", import.meta.url)),
  "utf8",
);

/** The contract with another version, and each text replaced that is given. */
function contract(version: string, ...replacements: readonly (readonly [string, string])[]): Contract {
  const changed = replacements.reduce((yaml, [from, to]) => {
    assert.ok(yaml.includes(from), `the contract has no ${JSON.stringify(from)}`);
    return yaml.replace(from, to);
  }, text);
  const versioned = changed.replace(/^ {2}version: .*$/m, `  version: ${version}`);
  return buildContract(new Source(`${version}.yaml`, versioned));
}

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

  it("begins with the contract as it stands while there is no release", () => {
    assert.deepEqual(readReleases(join(folder, "none")), []);
    mkdirSync(join(folder, "empty"));
    assert.deepEqual(readReleases(join(folder, "empty")), []);
    assert.deepEqual(history("stock.low", [], contract("1.0.0")), [
      { version: "1.0.0", released: false, changes: ["Added."] },
    ]);
  });

  it("orders releases by their numbers", () => {
    for (const version of ["1.10.0", "1.2.0", "1.9.1"]) {
      writeFileSync(
        join(folder, `${version}.yaml`),
        text.replace(/^ {2}version: .*$/m, `  version: ${version}`),
      );
    }
    writeFileSync(join(folder, "README.md"), "");
    assert.deepEqual(
      readReleases(folder).map(({ version }) => version),
      ["1.2.0", "1.9.1", "1.10.0"],
    );
  });

  it("leaves out the versions that changed nothing of it", () => {
    const releases = [contract("1.0.0"), contract("1.1.0")];
    assert.deepEqual(history("stock.low", releases, contract("1.1.0")), [
      { version: "1.0.0", released: true, changes: ["Added."] },
    ]);
  });

  it("says what became of its fields, and where it goes", () => {
    const now = contract(
      "2.0.0",
      [
        "required: [sku, name, available, threshold, observedAt]",
        "required: [sku, name, available, observedAt]",
      ],
      [
        "        threshold:\n          type: integer\n          minimum: 0",
        "        shelf:\n          type: string\n          description: Where.\n        threshold:\n          type: integer\n          minimum: 5",
      ],
      ["routingKeys: [stock.low]", "routingKeys: [stock.low, stock.rejected]"],
    );
    assert.deepEqual(history("stock.low", [contract("1.0.0")], now).at(-1), {
      version: "2.0.0",
      released: false,
      changes: [
        "Added the optional field `shelf`.",
        "Changed the field `threshold`: it was required, integer, 0 to 1,000,000,000.",
      ],
    });
  });

  it("tells of a message that is new since the last release", () => {
    const before = contract("1.0.0", ["name: stock.low\n      title", "name: stock.short\n      title"]);
    assert.deepEqual(history("stock.low", [before], contract("1.1.0")), [
      { version: "1.1.0", released: false, changes: ["Added."] },
    ]);
  });
});
