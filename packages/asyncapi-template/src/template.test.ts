import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { generatedFiles } from "@rabbit-contract/contract";
import { fixture, fixtureText } from "@rabbit-contract/contract/testing";

// Only Bun loads the TypeScript that the template requires.
const options = { skip: process.versions.bun === undefined, timeout: 180_000 };

describe("the template in @asyncapi/generator", () => {
  it("writes the files of rabbit-contract generate, byte for byte", options, async () => {
    const { default: Generator } = await import("@asyncapi/generator");
    const folder = mkdtempSync(join(tmpdir(), "asyncapi-template-test-"));
    try {
      const template = fileURLToPath(new URL("..", import.meta.url));
      await new Generator(template, folder, { forceWrite: true }).generateFromString(fixtureText());
      const written = readdirSync(folder, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => join(entry.parentPath, entry.name));
      const expected = generatedFiles(fixture());
      assert.deepEqual(written.sort(), [...expected.keys()].map((path) => join(folder, path)).sort());
      for (const [path, text] of expected) assert.equal(readFileSync(join(folder, path), "utf8"), text, path);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
