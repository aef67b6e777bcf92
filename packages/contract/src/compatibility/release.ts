/** Freezes a contract: a release never changes again. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { isDeepStrictEqual } from "node:util";
import type { Contract } from "../contract.ts";
import { Source } from "../source.ts";
import { type Places, readBase, releasedVersions, releaseFile } from "./base.ts";
import { type Comparison, compare } from "./compare.ts";
import { parseVersion } from "./version.ts";

export interface Released {
  readonly file: string;
  /** False when the same contract had been released before. */
  readonly isNew: boolean;
  /** With the newest release before it; undefined for the first one. */
  readonly comparison: Comparison | undefined;
}

/** Thrown when a contract must not be released under its version. */
export class ReleaseError extends Error {
  override readonly name = "ReleaseError";
  readonly comparison: Comparison | undefined;

  constructor(message: string, comparison?: Comparison) {
    super(message);
    this.comparison = comparison;
  }
}

/**
 * @param contract checked by the lint
 * @throws ReleaseError when the version is taken by another contract, or does not allow the differences
 */
export async function release(contract: Contract, places: Places): Promise<Released> {
  const { version } = contract;
  // Also says so when it is none.
  parseVersion(version);
  const file = releaseFile(places, version);
  if (existsSync(file)) {
    const frozen = new Source(file, readFileSync(file, "utf8"));
    if (isDeepStrictEqual(frozen.root, contract.source.root))
      return { file, isNew: false, comparison: undefined };
    throw new ReleaseError(
      `cannot release the contract as ${version}: ${file} is another one, and a release never changes. Raise info.version`,
    );
  }
  const comparison = await compareWithReleases(contract, places);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, contract.source.text, { flag: "wx" });
  return { file, isNew: true, comparison };
}

/**
 * With every release that messages may still come from: those of the same major version, and the newest one. Each
 * step may be safe and all together not: a field that was removed and comes back with another type.
 */
async function compareWithReleases(contract: Contract, places: Places): Promise<Comparison | undefined> {
  const releases = releasedVersions(places);
  const { major } = parseVersion(contract.version);
  const relevant = releases.filter(
    (version, index) => parseVersion(version).major === major || index === releases.length - 1,
  );
  let last: Comparison | undefined;
  for (const version of relevant) {
    last = await compare({ base: await readBase(version, places), contract, releases });
    if (!last.verdict.allowed) {
      throw new ReleaseError(
        `cannot release the contract as ${contract.version} after ${version}: ${last.verdict.reason}`,
        last,
      );
    }
  }
  return last;
}
