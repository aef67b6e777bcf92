import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { it } from "node:test";
import { fileURLToPath } from "node:url";
import { root } from "./pact-files.ts";

const template = dirname(
  fileURLToPath(import.meta.resolve("@rabbit-contract/asyncapi-template/package.json")),
);

it("the stock @asyncapi/generator writes what is in generated/, byte for byte", {
  // Only Bun loads the TypeScript that the template requires.
  skip: process.versions.bun === undefined,
  timeout: 180_000,
}, async () => {
  const { default: Generator } = await import("@asyncapi/generator");
  const folder = mkdtempSync(join(tmpdir(), "asyncapi-template-test-"));
  try {
    const document = readFileSync(join(root, "asyncapi/asyncapi.yaml"), "utf8");
    await new Generator(template, folder, { forceWrite: true }).generateFromString(document);
    const written = readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1));
    assert.ok(written.includes("messages.ts") && written.includes("rabbitmq/definitions.json"));
    for (const path of written) {
      const read = (place: string) => readFileSync(join(place, path), "utf8");
      assert.equal(read(folder), read(join(root, "generated")), path);
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
});
