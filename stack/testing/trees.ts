import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../..", import.meta.url).href);

/** The sources of a version of the system. */
export interface Tree {
  /** Inside of the project, where packages are found. */
  readonly root: string;
  remove(): void;
}

/** The project as it is here. */
export const workingTree: Tree = { root, remove() {} };

/** A replacement in a file; the file must have it once. */
export interface Edit {
  readonly file: string;
  readonly search: string;
  readonly replacement: string;
}

const copied = ["package.json", "deno.json", "asyncapi/asyncapi.yaml", "packages", "services", "generated"];
/** What stands in a folder of a member and is no source. */
const leftOut = /\/(?:\.local|generated\/catalogue)$/;

/**
 * A copy of contract and services with changes; the generated code is as it was.
 * @param paths what else is copied
 */
export function editedTree(edits: readonly Edit[], paths: readonly string[] = []): Tree {
  const tree = newTree();
  try {
    for (const path of [...copied, ...paths]) {
      cpSync(join(root, path), join(tree.root, path), {
        recursive: true,
        // The members' links to each other are relative: those of the copy lead into the copy.
        verbatimSymlinks: true,
        filter: (source) => !leftOut.test(source),
      });
    }
    symlinkSync(join(root, "node_modules"), join(tree.root, "node_modules"));
    for (const { file, search, replacement } of edits) {
      const path = join(tree.root, file);
      const parts = readFileSync(path, "utf8").split(search);
      if (parts.length !== 2)
        throw new Error(`${file} has ${JSON.stringify(search)} ${parts.length - 1} times`);
      writeFileSync(path, parts.join(replacement));
    }
    return tree;
  } catch (error) {
    tree.remove();
    throw error;
  }
}

/** Runs a command on the contract of a tree. @returns what it printed @throws Error with that when it fails */
export function contractCommand(args: readonly string[], tree: string): string {
  const flags = "Deno" in globalThis ? ["run", "-A", "--no-check"] : [];
  return run(process.execPath, [...flags, join(root, "packages/contract/src/cli.ts"), ...args], tree);
}

/** What git has at `ref`. */
export function gitTree(ref: string): Tree {
  const tree = newTree();
  run("git", ["worktree", "add", "--detach", "--force", tree.root, ref], root);
  return {
    root: tree.root,
    remove: () => run("git", ["worktree", "remove", "--force", tree.root], root),
  };
}

/** Tags of released contracts that are known here, the newest first. */
export function releaseTags(): string[] {
  return run("git", ["tag", "--list", "contract-v*", "--sort=-version:refname"], root)
    .split("\n")
    .filter((tag) => /^contract-v\d+\.\d+\.\d+$/.test(tag));
}

function newTree(): Tree {
  mkdirSync(join(root, ".local"), { recursive: true });
  const folder = mkdtempSync(join(root, ".local/tree-"));
  return { root: folder, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

function run(command: string, args: readonly string[], cwd: string): string {
  const { status, stdout, stderr, error } = spawnSync(command, args, { cwd, encoding: "utf8" });
  if (error) throw new Error(`cannot run ${command}: ${error.message}`, { cause: error });
  if (status !== 0) throw new Error(`${command} ${args.join(" ")} failed:\n${stdout}${stderr}`);
  return stdout;
}
