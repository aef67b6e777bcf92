/** Formats generated files with Biome, so that the emitters need not care about lines and indentation. */
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const biome = fileURLToPath(import.meta.resolve("@biomejs/biome/bin/biome"));

/** Fixed settings, for the same output in every project. */
const settings = {
  root: true,
  formatter: { indentStyle: "space", lineWidth: 110 },
  linter: { enabled: false },
  assist: { enabled: false },
};

/** @param files texts by path @throws Error with what Biome says, for text that is not TypeScript */
export function formatted(files: ReadonlyMap<string, string>): Map<string, string> {
  const folder = mkdtempSync(join(tmpdir(), "rabbit-contract-"));
  try {
    for (const [path, text] of [...files, ["biome.json", JSON.stringify(settings)] as const]) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), text);
    }
    const { status, stderr, error } = spawnSync(process.execPath, [biome, "format", "--write", "."], {
      cwd: folder,
      encoding: "utf8",
    });
    if (error) throw error;
    if (status !== 0) throw new Error(`cannot format the generated code:\n${stderr}`);
    return new Map([...files.keys()].map((path) => [path, readFileSync(join(folder, path), "utf8")]));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
