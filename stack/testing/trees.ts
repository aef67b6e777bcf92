import {
  cpSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { outputOf } from "../local/programs.ts";
import { root } from "../paths.ts";

/** The sources of a version of the system. */
export interface Tree {
  /** A folder below `.local/`. */
  readonly root: string;
  remove(): void;
}

/** The project as it is on disk. */
export const workingTree: Tree = { root, remove() {} };

/** A replacement of a text that a file has exactly once. */
export interface Edit {
  /** The file, or a folder of which one file has the text. */
  readonly path: string;
  readonly search: string;
  readonly replacement: string;
}

const notCopied = new Set([".git", ".local", "node_modules"]);

/** A copy of the workspace with changes. Its generated code is not generated again. */
export function editedTree(edits: readonly Edit[]): Tree {
  const tree = newTree();
  try {
    for (const name of readdirSync(root).filter((one) => !notCopied.has(one))) {
      // The members' links to each other are relative, so those of the copy point into the copy.
      cpSync(join(root, name), join(tree.root, name), { recursive: true, verbatimSymlinks: true });
    }
    symlinkSync(join(root, "node_modules"), join(tree.root, "node_modules"));
    for (const edit of edits) apply(edit, tree.root);
    return tree;
  } catch (error) {
    tree.remove();
    throw error;
  }
}

function apply({ path, search, replacement }: Edit, tree: string): void {
  const place = join(tree, path);
  const files = statSync(place).isDirectory() ? globSync(join(place, "**/*.ts")) : [place];
  const found = files.filter((file) => readFileSync(file, "utf8").includes(search));
  const [file = ""] = found;
  const parts = found.length === 1 ? readFileSync(file, "utf8").split(search) : [];
  if (parts.length !== 2) throw new Error(`${path} must have ${JSON.stringify(search)} exactly once`);
  writeFileSync(file, parts.join(replacement));
}

/** Runs a command on the contract of a tree, on Bun. @returns what it printed @throws Error with that when it fails */
export function contractCommand(args: readonly string[], tree: string): string {
  return outputOf(process.execPath, [join(root, "packages/contract/src/cli.ts"), ...args], tree);
}

/** What git has at `ref`, with its packages installed. */
export function gitTree(ref: string): Tree {
  const tree = newTree();
  outputOf("git", ["worktree", "add", "--detach", "--force", tree.root, ref], root);
  outputOf(process.execPath, ["install", "--frozen-lockfile"], tree.root);
  return {
    root: tree.root,
    remove: () => outputOf("git", ["worktree", "remove", "--force", tree.root], root),
  };
}

/** Tags of released contracts that are known here, the newest first. */
export function releaseTags(): string[] {
  return outputOf("git", ["tag", "--list", "contract-v*", "--sort=-version:refname"], root)
    .split("\n")
    .filter((tag) => /^contract-v\d+\.\d+\.\d+$/.test(tag));
}

function newTree(): Tree {
  mkdirSync(join(root, ".local"), { recursive: true });
  const folder = mkdtempSync(join(root, ".local/tree-"));
  return { root: folder, remove: () => rmSync(folder, { recursive: true, force: true }) };
}
