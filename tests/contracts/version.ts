/** Under which version and branch the broker keeps what this working tree publishes. */
import { spawnSync } from "node:child_process";
import process from "node:process";
import { root } from "./pact-files.ts";

/** The commit; with `-dirty` where the working tree is another. */
export function version(): string {
  const commit = git("rev-parse", "HEAD");
  return git("status", "--porcelain", "--untracked-files=no") === "" ? commit : `${commit}-dirty`;
}

/** In GitHub's pull requests the commit is checked out without its branch. */
export function branch(): string {
  const { GITHUB_HEAD_REF, GITHUB_REF_NAME } = process.env;
  return GITHUB_HEAD_REF || GITHUB_REF_NAME || git("rev-parse", "--abbrev-ref", "HEAD");
}

/** Of the workflow run, for people who look at the broker's pages. */
export function buildUrl(): string | undefined {
  const { GITHUB_SERVER_URL, GITHUB_REPOSITORY, GITHUB_RUN_ID } = process.env;
  if (!GITHUB_SERVER_URL || !GITHUB_REPOSITORY || !GITHUB_RUN_ID) return undefined;
  return `${GITHUB_SERVER_URL}/${GITHUB_REPOSITORY}/actions/runs/${GITHUB_RUN_ID}`;
}

function git(...args: string[]): string {
  const { status, stdout, stderr } = spawnSync("git", args, { cwd: root, encoding: "utf8" });
  if (status !== 0) {
    throw new Error(
      `cannot tell the version: git ${args.join(" ")} failed: ${stderr}; run it in a git clone`,
    );
  }
  return stdout.trim();
}
