import assert from "node:assert/strict";
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { readContract } from "../read-contract.ts";
import { regenerate, staleFiles } from "./generate.ts";

const golden = fileURLToPath(new URL("../../golden", import.meta.url));

/** To accept what the generator writes now: UPDATE_GOLDEN=1 bun test packages/contract/src/generate */
const update = process.env.UPDATE_GOLDEN === "1";

/** The name that stands in the banner of the expected files, wherever the tests run. */
async function readGolden(name: string) {
  return await readContract(
    `packages/contract/golden/${name}/asyncapi.yaml`,
    readFileSync(join(golden, name, "asyncapi.yaml"), "utf8"),
  );
}

describe("generate", () => {
  for (const name of readdirSync(golden)) {
    it(`writes for the contract "${name}" exactly what is expected of it`, { timeout: 180_000 }, async () => {
      const contract = await readGolden(name);
      const expected = join(golden, name, "expected");
      if (update) await regenerate(contract, expected);
      assert.deepEqual(await staleFiles(contract, expected), []);
    });
  }

  it("puts a folder right that was edited by hand, and leaves it alone after that", async () => {
    const contract = await readGolden("minimal");
    const folder = mkdtempSync(join(tmpdir(), "generate-test-"));
    try {
      cpSync(join(golden, "minimal", "expected"), folder, { recursive: true });
      writeFileSync(join(folder, "shop.ts"), "// edited\n");
      writeFileSync(join(folder, "left-over.ts"), "// of a service that is gone\n");
      assert.deepEqual(await staleFiles(contract, folder), ["left-over.ts", "shop.ts"]);
      assert.deepEqual(await regenerate(contract, folder), ["left-over.ts", "shop.ts"]);
      assert.deepEqual(await regenerate(contract, folder), []);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
