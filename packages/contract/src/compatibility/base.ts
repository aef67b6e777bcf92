/** The contract to compare with: a release, a git ref or a file. */
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { basename, dirname, join, relative } from "node:path";
import { isRemote, type ReadText, remoteRefusal } from "../reading/files.ts";
import { readSource } from "../reading/remote.ts";
import type { Source } from "../source.ts";
import { compareVersions, isCandidate, isVersion } from "./version.ts";

export interface Places {
  /** The contract's file; a git ref has it in the same place. */
  readonly contract: string;
  /** Folder of the released contracts. */
  readonly releases: string;
  /** Whether to fetch what a document references by URL. @default false: such references are refused */
  readonly allowRemote?: boolean;
}

/** Released versions, oldest first. */
export function releasedVersions(places: Pick<Places, "releases">): string[] {
  if (!existsSync(places.releases)) return [];
  return readdirSync(places.releases)
    .filter((name) => name.endsWith(".yaml"))
    .map((name) => name.slice(0, -".yaml".length))
    .filter(isVersion)
    .sort(compareVersions);
}

/** The release that a contract of `version` follows; older than the newest one if it is a backport. */
function releaseBefore(version: string, releases: readonly string[]): string | undefined {
  if (!isVersion(version) || releases.includes(version)) return releases.findLast((one) => one === version);
  const stable = releases.filter((one) => !isCandidate(one));
  return stable.findLast((one) => compareVersions(one, version) < 0) ?? stable.at(-1);
}

export function releaseFile(places: Pick<Places, "releases">, version: string): string {
  return join(places.releases, `${version}.yaml`);
}

/**
 * @param base a released version, a file, or a git ref; undefined for the release that `version` follows
 * @param version that of the contract to compare
 * @throws Error that names what was looked for; ContractError for what is wrong with the YAML or its references
 */
export async function readBase(base: string | undefined, places: Places, version = ""): Promise<Source> {
  const { allowRemote = false } = places;
  const versions = releasedVersions(places);
  const wanted = base ?? releaseBefore(version, versions) ?? versions.at(-1);
  if (wanted === undefined) {
    throw new Error(
      `cannot compare with the last release: ${places.releases} has none. Name a base (a git ref or a file), or make the first release: rabbit-contract release`,
    );
  }
  if (versions.includes(wanted)) {
    return await readSource(releaseFile(places, wanted), { allowRemote });
  }
  if (isVersion(wanted) && !isGitRef(wanted, places)) {
    throw new Error(
      `cannot compare with ${wanted}: it is not among the releases (${versions.join(", ") || "none"})`,
    );
  }
  if (existsSync(wanted)) return await readSource(wanted, { allowRemote });
  if (/\.(ya?ml|json)$/.test(wanted)) throw new Error(`cannot compare with "${wanted}": no such file`);
  return await readRef(wanted, places);
}

async function readRef(ref: string, places: Places): Promise<Source> {
  const { contract, allowRemote = false } = places;
  if (!isGitRef(ref, places)) {
    const versions = releasedVersions(places).join(", ") || "none";
    throw new Error(
      `cannot compare with "${ref}": it is neither a release (${versions}), a file nor a known git ref; a remote ref may have to be fetched first`,
    );
  }
  const shown = git(places, ["show", `${ref}:./${basename(contract)}`]);
  if (shown.status !== 0) {
    throw new Error(`cannot compare with "${ref}": it has no ${contract} (${shown.stderr.trim()})`);
  }
  const read = filesOf(ref, places);
  return await readSource(`${ref}:${contract}`, { text: shown.stdout, read, allowRemote });
}

/** The other files of the contract, as they are in `ref`. */
function filesOf(ref: string, places: Places): ReadText {
  return (name) => {
    if (isRemote(name)) return remoteRefusal;
    const path = relative(dirname(places.contract), name.replace(`${ref}:`, "")).replaceAll("\\", "/");
    const { status, stdout } = git(places, ["show", `${ref}:./${path}`]);
    if (status === 0) return stdout;
    const message = `is not a file in ${ref}`;
    return { rule: "references", message, fix: "compare with another ref, or with a file" };
  };
}

function isGitRef(ref: string, places: Places): boolean {
  // A ref cannot begin with a hyphen, and must not be read as an option.
  if (ref.startsWith("-")) return false;
  return git(places, ["rev-parse", "--verify", "--quiet", `${ref}^{commit}`]).status === 0;
}

function git({ contract }: Places, args: readonly string[]) {
  const result = spawnSync("git", args, {
    cwd: dirname(contract),
    encoding: "utf8",
    maxBuffer: 64 * 1024 * 1024,
  });
  if (result.error) throw new Error(`cannot run git: ${result.error.message}`, { cause: result.error });
  return result;
}
