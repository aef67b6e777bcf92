/** Writes, or compares, the code generated from a contract. */
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Contract } from "../contract.ts";
import { generatedFiles } from "./emit/index.ts";
import { bannerStart } from "./emit/text.ts";

/**
 * Brings `target` up to date: writes what changed, and removes files that were generated and are no longer. A file
 * without the generator's banner is never removed.
 * @returns paths below `target` that were written or removed
 */
export function generate(contract: Contract, target: string): string[] {
  const fresh = generatedFiles(contract);
  const changed = stale(fresh, target);
  for (const path of changed) {
    const text = fresh.get(path);
    if (text === undefined) rmSync(join(target, path));
    else write(join(target, path), text);
  }
  return changed;
}

/** Paths below `target` that `generate` would write or remove. */
export function staleFiles(contract: Contract, target: string): string[] {
  return stale(generatedFiles(contract), target);
}

function stale(fresh: ReadonlyMap<string, string>, target: string): string[] {
  const paths = new Set([...fresh.keys(), ...generatedBefore(target)]);
  return [...paths].filter((path) => fresh.get(path) !== read(join(target, path))).sort();
}

/** TypeScript files of `folder` that begin with the generator's banner. */
function generatedBefore(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder).filter(
    (name) => name.endsWith(".ts") && read(join(folder, name))?.startsWith(bannerStart),
  );
}

function write(file: string, text: string): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}

function read(file: string): string | undefined {
  return existsSync(file) ? readFileSync(file, "utf8") : undefined;
}
