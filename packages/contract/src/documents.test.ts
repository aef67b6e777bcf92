/** What the commands say about documents of many shapes: `golden/documents/<shape>/expected.txt`. */
import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { type Command, run } from "./commands/command.ts";
import { command as compare } from "./commands/compare.ts";
import { command as generate } from "./commands/generate.ts";
import { command as lint } from "./commands/lint.ts";

const shapes = fileURLToPath(new URL("../golden/documents/", import.meta.url));

/** To accept what the commands say now: UPDATE_GOLDEN=1 bun test packages/contract/src/documents.test.ts */
const update = process.env.UPDATE_GOLDEN === "1";

async function said(command: Command, args: readonly string[]): Promise<string> {
  const { log, error } = console;
  const lines: unknown[] = [];
  console.log = console.error = (line) => lines.push(line);
  try {
    const code = await run("command", command, args, async () => []);
    return `${lines.join("\n")}\n${code === 0 ? "" : "refused\n"}`;
  } finally {
    Object.assign(console, { log, error });
  }
}

async function allSaid(folder: string): Promise<string> {
  const file = ["asyncapi.yaml", "asyncapi.json"].map((name) => join(folder, name)).find(existsSync);
  assert.ok(file);
  const out = mkdtempSync(join(tmpdir(), "documents-"));
  try {
    const linted = await said(lint, [file]);
    const generated = await said(generate, [file, "--out", out]);
    const compared = await said(compare, [file, file]);
    // Lint ends with a count of what it found.
    const errors = linted.replace(/\n\n[^\n]+: \d+ errors?, [^\n]+\n/, "\n");
    const like = (text: string) => (text === linted || text === errors ? "the same as lint\n" : text);
    return `$ lint\n${linted}\n$ generate\n${like(generated)}\n$ compare\n${like(compared)}`
      .replaceAll(`${folder}/`, "")
      .replaceAll(folder, ".")
      .replaceAll(out, "out");
  } finally {
    rmSync(out, { recursive: true });
  }
}

describe("a document of the shape", () => {
  for (const shape of readdirSync(shapes)) {
    it(`"${shape}" gets from each command what is expected`, { timeout: 60_000 }, async () => {
      const folder = join(shapes, shape);
      const text = await allSaid(folder);
      const expected = join(folder, "expected.txt");
      if (update) writeFileSync(expected, text);
      assert.equal(text, readFileSync(expected, "utf8"));
    });
  }
});
