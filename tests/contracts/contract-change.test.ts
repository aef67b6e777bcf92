import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { generate } from "@rabbit-contract/contract/generate/generate";
import { readContract } from "@rabbit-contract/contract/read-contract";

const root = fileURLToPath(new URL("../..", import.meta.url));

describe("a change of the contract", () => {
  it("makes the type checker fail wherever a field of a changed type is written or read", {
    timeout: 180_000,
  }, async () => {
    // Inside the project, so that the copy finds its packages.
    mkdirSync(join(root, ".local"), { recursive: true });
    const copy = mkdtempSync(join(root, ".local/contract-change-"));
    try {
      for (const path of ["services", "package.json"]) {
        cpSync(join(root, path), join(copy, path), { recursive: true });
      }
      const tsconfig = {
        extends: "../../tsconfig.json",
        include: ["services", "generated"],
        exclude: ["**/*.test.ts", "**/testing"],
      };
      writeFileSync(join(copy, "tsconfig.json"), JSON.stringify(tsconfig));

      const contract = readFileSync(join(root, "asyncapi/asyncapi.yaml"), "utf8");
      const changed = contract.replace(
        /( {4}Quantity:\n {6}type: )integer\n {6}minimum: 1\n {6}maximum: \d+\n/,
        "$1string\n      maxLength: 20\n",
      );
      assert.notEqual(changed, contract);
      generate(await readContract("asyncapi/asyncapi.yaml", changed), join(copy, "generated"));

      const checked = spawnSync(process.execPath, [join(root, "node_modules/.bin/tsc"), "-p", copy], {
        cwd: copy,
        encoding: "utf8",
      });
      const failing = new Set(
        [...checked.stdout.matchAll(/^(services\/\w+)\/.*error TS/gm)].map((match) => match[1]),
      );
      assert.deepEqual(
        [...failing].sort(),
        ["services/inventory", "services/notification", "services/order"],
        checked.stdout,
      );
    } finally {
      rmSync(copy, { recursive: true });
    }
  });
});
