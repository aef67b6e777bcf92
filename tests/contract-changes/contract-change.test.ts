import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { root } from "@orders/stack";
import { editedTree } from "@orders/stack/testing/trees";
import { buildContract, generate, Source } from "@rabbit-contract/contract";

/** The contract's current definition of a quantity. */
const quantity = / {4}Quantity:\n {6}type: integer\n {6}minimum: 1\n {6}maximum: \d+\n/;

describe("a change of the contract", () => {
  it("fails the type check of each service that reads or writes a field of the changed type", {
    timeout: 180_000,
  }, () => {
    const contract = "asyncapi/asyncapi.yaml";
    const [search = ""] = quantity.exec(readFileSync(join(root, contract), "utf8")) ?? [];
    const replacement = "    Quantity:\n      type: string\n      maxLength: 20\n";
    const tree = editedTree([{ path: contract, search, replacement }]);
    try {
      // The examples violate the changed type, so the command would refuse to generate.
      const source = Source.read(join(tree.root, contract));
      generate(buildContract(source), join(tree.root, "generated"));
      const tsconfig = {
        extends: "./tsconfig.json",
        include: ["services", "generated"],
        exclude: ["**/*.test.ts", "**/testing", "**/contracts"],
      };
      writeFileSync(join(tree.root, "tsconfig.services.json"), JSON.stringify(tsconfig));
      const tsc = join(root, "node_modules/typescript/bin/tsc");
      const args = [tsc, "-p", "tsconfig.services.json"];
      const { stdout } = spawnSync(process.execPath, args, { cwd: tree.root, encoding: "utf8" });
      const failing = [...stdout.matchAll(/^([\w/-]+)\/src\/.*error TS/gm)].map(([, member]) => member);
      const services = ["services/inventory", "services/notification", "services/order"];
      assert.deepEqual([...new Set(failing)].sort(), services, stdout);
    } finally {
      tree.remove();
    }
  });
});
