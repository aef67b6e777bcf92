/** Writes, or compares, the code generated from a contract. */
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import type { Contract } from "../contract.ts";
import { generatedFiles } from "./emit/index.ts";

/** What the generator does not write, and so must not call stale. */
const notGenerated = new Set(["catalogue", "pacts", "package.json", "node_modules"]);

/** Writes every generated file of `contract` into `folder`; the same bytes each time. */
export function generate(contract: Contract, folder: string): void {
  for (const [path, text] of generatedFiles(contract)) write(join(folder, path), text);
}

/**
 * Replaces what stands in `target` by a fresh generation; files that are no longer generated go.
 * @returns paths below `target` that were written anew or removed
 */
export function regenerate(contract: Contract, target: string): string[] {
  const fresh = generatedFiles(contract);
  const changed = staleFiles(contract, target);
  for (const path of changed) {
    const text = fresh.get(path);
    if (text === undefined) rmSync(join(target, path));
    else write(join(target, path), text);
  }
  return changed;
}

/** Paths below `target` that a fresh generation would change. */
export function staleFiles(contract: Contract, target: string): string[] {
  const fresh = generatedFiles(contract);
  const paths = new Set([...fresh.keys(), ...filesOf(target)]);
  return [...paths].filter((path) => fresh.get(path) !== read(join(target, path))).sort();
}

function filesOf(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)))
    .filter((path) => !notGenerated.has(path.split("/")[0] ?? ""));
}

function write(file: string, text: string): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}

function read(file: string): string | undefined {
  return existsSync(file) ? readFileSync(file, "utf8") : undefined;
}
