import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { buildContract } from "../read-contract.ts";
import { Source } from "../source.ts";
import { compare } from "./compare.ts";

const root = fileURLToPath(new URL("../../../..", import.meta.url).href);
const file = "asyncapi/asyncapi.yaml";
const text = readFileSync(join(root, file), "utf8");

function edited(search: string, replacement: string): string {
  const result = text.replace(search, replacement);
  assert.notEqual(result, text, `the contract does not contain ${search}`);
  return result;
}

const requiredField = edited(
  "required: [orderId, reservedAt]\n      properties:\n",
  "required: [orderId, reservedAt, warehouse]\n      properties:\n        warehouse:\n          type: string\n",
);

const smallerLimit = text.replaceAll("deliveryLimit: 1000000", "deliveryLimit: 20");

/** A mutation of the contract, and what the gate says of it. */
const mutations: readonly (readonly [name: string, changed: string, change: RegExp])[] = [
  [
    "a required field added",
    requiredField,
    /^message stock.reserved: payload \/warehouse: it is not sent, and it is required/,
  ],
  [
    "an enum narrowed",
    edited("enum: [pending, confirmed]", "enum: [pending]"),
    /^message order.cancelled: payload \/previousStatus: "confirmed" may be sent, accepted is "pending"/,
  ],
  ["a queue argument changed", smallerLimit, /^queue inventory.orders: x-delivery-limit from 1000000 to 20/],
];

describe("the gate", () => {
  const contractOf = (yaml: string) => buildContract(new Source(file, yaml));

  for (const [name, changed, expected] of mutations) {
    it(`refuses ${name}, by name`, async () => {
      const base = contractOf(text);
      const { verdict, differences } = await compare({
        base,
        contract: contractOf(changed),
        releases: [base.version],
      });
      assert.equal(verdict.allowed, false);
      assert.equal(verdict.needed, "major");
      const lines = differences.map(({ subject, change }) => `${subject}: ${change}`);
      assert.ok(
        lines.some((line) => expected.test(line)),
        lines.join("\n"),
      );
    });
  }

  it("ends with 1 when the version does not allow the change, and with 2 when it cannot tell", {
    timeout: 180_000,
  }, () => {
    const folder = mkdtempSync(join(tmpdir(), "gate-"));
    try {
      const changed = join(folder, "changed.yaml");
      writeFileSync(changed, smallerLimit);
      const run = (...args: string[]) =>
        spawnSync(process.execPath, ["packages/contract/src/cli.ts", "compare", ...args], {
          cwd: root,
          encoding: "utf8",
        });

      const refused = run("--contract", changed, "--format", "json");
      assert.equal(refused.status, 1, refused.stderr);
      assert.equal(JSON.parse(refused.stdout).verdict.allowed, false);

      const unknown = run("--base", "no-such-ref");
      assert.equal(unknown.status, 2);
      assert.match(unknown.stderr, /cannot compare with "no-such-ref"/);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
