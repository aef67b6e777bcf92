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
  /** False if the same contract was already released. */
  readonly isNew: boolean;
  /** Comparison with the previous release; undefined for the first. */
  readonly comparison: Comparison | undefined;
}

/** Thrown if a contract must not be released under its version. */
export class ReleaseError extends Error {
  override readonly name = "ReleaseError";
  readonly comparison: Comparison | undefined;

  constructor(message: string, comparison?: Comparison) {
    super(message);
    this.comparison = comparison;
  }
}

/**
 * @param contract already linted
 * @throws ReleaseError if another contract has the version, or the version does not allow the differences
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
      `cannot release the contract as ${version}: ${file} differs, and a release never changes. Raise info.version`,
    );
  }
  const comparison = await compareWithReleases(contract, places);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, contract.source.text, { flag: "wx" });
  return { file, isNew: true, comparison };
}

/**
 * Compares with every release whose messages may still be in flight: those of the same major version, and the newest. Each
 * step may be safe while all together are not: a field that is removed and returns with another type.
 */
async function compareWithReleases(contract: Contract, places: Places): Promise<Comparison | undefined> {
  const releases = releasedVersions(places);
  const { major } = parseVersion(contract.version);
  const relevant = releases.filter(
    (version, index) => parseVersion(version).major === major || index === releases.length - 1,
  );
  let last: Comparison | undefined;
  for (const version of relevant) {
    last = compare({ base: await readBase(version, places), contract, releases });
    if (!last.verdict.allowed) {
      throw new ReleaseError(
        `cannot release the contract as ${contract.version} after ${version}: ${last.verdict.reason}`,
        last,
      );
    }
  }
  return last;
}
