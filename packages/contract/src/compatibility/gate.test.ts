import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { fixture, fixtureText, type Patch } from "../rules/testing/fixture.ts";
import { compare } from "./compare.ts";

const schemas = "/components/schemas";
const limits = ["tillBaskets", "tillBasketsDead"].map(
  (channel) => [`/channels/${channel}/x-rabbitmq/queue/deliveryLimit`, 20] as const,
);

/** A change of the contract, and what the gate says of it. */
const mutations: readonly (readonly [name: string, patch: Patch, change: RegExp])[] = [
  [
    "a required field added",
    {
      [`${schemas}/Basket/required`]: ["basketId", "shop"],
      [`${schemas}/Basket/properties/shop`]: { type: "string" },
    },
    /^message basket.paid: payload \/shop: it is not sent, and it is required/,
  ],
  [
    "a range narrowed",
    { [`${schemas}/BasketFilled/properties/items/maximum`]: 10 },
    /^message basket.filled: payload \/items: an integer from 1 to 100 may be sent/,
  ],
  [
    "a queue argument changed",
    Object.fromEntries(limits),
    /^queue till.baskets: x-delivery-limit from 1000000 to 20/,
  ],
];

describe("the gate", () => {
  for (const [name, patch, expected] of mutations) {
    it(`refuses ${name}, by name`, async () => {
      const base = fixture();
      const { verdict, differences } = compare({
        base,
        contract: fixture(patch),
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

  it("exits with 1 if the version does not allow the change, and with 2 if it cannot decide", {
    timeout: 180_000,
  }, () => {
    const folder = mkdtempSync(join(tmpdir(), "gate-"));
    try {
      writeFileSync(join(folder, "asyncapi.yaml"), fixtureText(Object.fromEntries(limits)));
      mkdirSync(join(folder, "releases"));
      writeFileSync(join(folder, "releases/1.0.0.yaml"), fixtureText());
      const cli = fileURLToPath(new URL("../cli.ts", import.meta.url));
      const run = (...args: string[]) =>
        spawnSync(process.execPath, [cli, "compare", ...args], { cwd: folder, encoding: "utf8" });

      const refused = run("--format", "json");
      assert.equal(refused.status, 1, refused.stderr);
      assert.equal(JSON.parse(refused.stdout).verdict.allowed, false);

      const unknown = run("no-such-ref");
      assert.equal(unknown.status, 2);
      assert.match(unknown.stderr, /cannot compare with "no-such-ref"/);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
