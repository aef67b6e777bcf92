/** Runs @asyncapi/generator with the project's template and writes, or compares, what comes out. */
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
} from "node:fs";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import type { Contract } from "./contract.ts";
import { documentOf } from "./document.ts";

const template = fileURLToPath(new URL("./generator", import.meta.url));
const temporary = fileURLToPath(new URL("../.local/generate", import.meta.url));

/** What the generator does not write, and so must not call stale. */
const notGenerated = new Set(["catalogue", "pacts"]);

/** Writes every generated file of `contract` into `folder`; the same bytes each time. */
export async function generate(contract: Contract, folder: string): Promise<void> {
  // Importing it takes longer than most commands do altogether.
  const { default: Generator } = await import("@asyncapi/generator");
  const { file, text } = contract.source;
  const generator = new Generator(template, folder, {
    forceWrite: true,
    compile: !isTranspiled(),
    templateParams: { file, text },
  });
  // Parsing it once more would take longer than all else.
  await generator.generate(await documentOf(contract.source));
}

/** Not done anew each time: another process that generates at the same moment would read half a file. */
function isTranspiled(): boolean {
  const transpiled = join(template, "__transpiled");
  return filesOf(join(template, "template")).every((path) => {
    const made = statSync(join(transpiled, path), { throwIfNoEntry: false });
    return made !== undefined && made.mtimeMs > statSync(join(template, "template", path)).mtimeMs;
  });
}

/**
 * Replaces what stands in `target` by a fresh generation; files that are no longer generated go.
 * @returns paths below `target` that were written anew or removed
 */
export async function regenerate(contract: Contract, target: string): Promise<string[]> {
  return await withFreshFiles(contract, (fresh) => {
    const changed = differences(fresh, target);
    for (const path of changed) {
      if (existsSync(join(fresh, path))) cpSync(join(fresh, path), join(target, path));
      else rmSync(join(target, path));
    }
    return changed;
  });
}

/** Paths below `target` that a fresh generation would change. */
export async function staleFiles(contract: Contract, target: string): Promise<string[]> {
  return await withFreshFiles(contract, (fresh) => differences(fresh, target));
}

async function withFreshFiles<Result>(contract: Contract, use: (folder: string) => Result): Promise<Result> {
  mkdirSync(temporary, { recursive: true });
  const fresh = mkdtempSync(join(temporary, "fresh-"));
  try {
    await generate(contract, fresh);
    return use(fresh);
  } finally {
    rmSync(fresh, { recursive: true, force: true });
  }
}

function differences(fresh: string, target: string): string[] {
  const paths = new Set([...filesOf(fresh), ...filesOf(target)]);
  return [...paths].filter((path) => read(join(fresh, path)) !== read(join(target, path))).sort();
}

function filesOf(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)))
    .filter((path) => !notGenerated.has(path.split("/")[0] ?? ""));
}

function read(file: string): string | undefined {
  return existsSync(file) ? readFileSync(file, "utf8") : undefined;
}
