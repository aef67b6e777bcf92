/** Freezes a contract: a release never changes again. */
import { writeFileSync } from "node:fs";
import { dirname } from "node:path";
import type { Contract } from "../contract.ts";
import { makeFolder } from "../output.ts";
import { buildContract } from "../read-contract.ts";
import { Source } from "../source.ts";
import { type Places, releasedVersions, releaseFile } from "./base.ts";
import { type Comparison, compare } from "./compare.ts";
import { compareVersions, isCandidate, isVersion, majorOf } from "./version.ts";

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
export function release(contract: Contract, places: Places): Released {
  const { version } = contract;
  if (!isVersion(version)) {
    throw new ReleaseError(
      `cannot release the contract as "${version}": info.version has to be a semantic version like 1.4.0 or 2.0.0-rc.1`,
    );
  }
  const file = releaseFile(places, version);
  const releases = releasedVersions(places);
  if (releases.includes(version)) {
    const frozen = released(version, places);
    const comparison = compare({ base: frozen, contract, releases });
    if (comparison.differences.length === 0) return { file, isNew: false, comparison: undefined };
    throw new ReleaseError(
      `cannot release the contract as ${version}: ${file} differs, and a release never changes. Raise info.version`,
      comparison,
    );
  }
  const comparison = compareWithReleases(contract, releases, places);
  makeFolder(dirname(file));
  writeFileSync(file, contract.source.text, { flag: "wx" });
  return { file, isNew: true, comparison };
}

function released(version: string, places: Places): Contract {
  return buildContract(Source.read(releaseFile(places, version)));
}

/**
 * Compares with every release whose messages may be in flight together with the contract's: those of the same major
 * version, including newer ones if it is a backport, and the one before. Each step may be safe while all of them
 * together are not, e.g. if a field is removed and later returns with another type.
 */
function compareWithReleases(
  contract: Contract,
  releases: readonly string[],
  places: Places,
): Comparison | undefined {
  const { version } = contract;
  const isOfSameMajor = (other: string) => majorOf(other) === majorOf(version);
  const before = releases.filter((other) => compareVersions(other, version) < 0);
  const last = before.findLast((other) => !isCandidate(other));
  let comparison: Comparison | undefined;
  for (const older of before.filter((other) => isOfSameMajor(other) || other === last)) {
    comparison = compare({ base: released(older, places), contract, releases });
    if (comparison.verdict.allowed) continue;
    throw new ReleaseError(
      `cannot release the contract as ${version} after ${older}: ${comparison.verdict.reason}`,
      comparison,
    );
  }
  const after = releases.filter((other) => compareVersions(other, version) > 0 && !isCandidate(other));
  for (const newer of after.filter(isOfSameMajor)) {
    const next = compare({ base: contract, contract: released(newer, places), releases });
    if (next.verdict.allowed) continue;
    throw new ReleaseError(
      `cannot release the contract as ${version} beside ${newer}, which must stay safe for those who run it: ${next.verdict.reason}`,
      next,
    );
  }
  return comparison;
}
