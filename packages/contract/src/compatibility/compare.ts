/** Checks whether a contract is safe for services that run an older one, and whether its version says so. */
import type { Contract } from "../contract.ts";
import type { Place, Source } from "../source.ts";
import { comparable, type Scope } from "./compared.ts";
import { commonOrder, type Deploy, type Difference, highest, type Level } from "./difference.ts";
import { documentDifferences, messagePairs } from "./documents.ts";
import { exchangeDifferences } from "./exchanges.ts";
import { messageDifferences } from "./messages.ts";
import { operationDifferences } from "./operations.ts";
import { queueDifferences } from "./queues.ts";
import { parameterDifferences, replyDifferences } from "./routing.ts";
import { schemaDifferences } from "./schemas.ts";
import { serverDifferences } from "./servers.ts";
import { serviceDifferences } from "./services.ts";
import { sameMessages, sideOf } from "./side.ts";
import { restDifferences } from "./unclassified.ts";
import {
  bumpBetween,
  bumpFor,
  compareVersions,
  isAtLeast,
  isCandidate,
  isVersion,
  nextVersion,
} from "./version.ts";

/** What `--format json` prints. Fields are added to it, never renamed or removed, while `format` is 1. */
export interface Comparison {
  readonly format: 1;
  readonly scope: Scope;
  /** Why the documents are not compared as contracts. */
  readonly notes: readonly string[];
  readonly base: ComparedContract;
  readonly contract: ComparedContract;
  readonly verdict: Verdict;
  /** Breaking ones first. */
  readonly differences: readonly Difference[];
}

export interface ComparedContract {
  /** Where the contract was read from. */
  readonly source: string;
  readonly version: string;
  /** Whether its version is among the releases. */
  readonly released: boolean;
}

export interface Verdict {
  /** The bump that the differences need. */
  readonly needed: Level | "none";
  /** The bump from the base's `info.version` to the contract's. */
  readonly declared: Level | "none";
  /** Whether the contract's version allows its differences. */
  readonly allowed: boolean;
  readonly reason: string;
  /** Which side to deploy first, for all differences together. */
  readonly deploy: Deploy;
  /** The place of `info.version` in the contract. */
  readonly place: Place;
}

/** Compares two documents as far as both can be compared. */
export function compareDocuments(base: Source, document: Source, releases: readonly string[]): Comparison {
  const [old, now] = [comparable(base), comparable(document)];
  const isContract = old.scope === "contract" && now.scope === "contract";
  return compare({
    base: old.contract,
    contract: now.contract,
    releases,
    scope: isContract ? "contract" : "document",
    notes: [...new Set([old.reason, now.reason])].filter((reason) => reason !== undefined),
  });
}

export interface CompareOptions {
  readonly base: Contract;
  readonly contract: Contract;
  /** Released versions, which never change. */
  readonly releases: readonly string[];
  /** @default "contract", for which both are without findings */
  readonly scope?: Scope;
  /** @default none */
  readonly notes?: readonly string[];
}

/** @throws UnsupportedSchemaError */
export function compare(options: CompareOptions): Comparison {
  const { base, contract, releases, scope = "contract", notes = [] } = options;
  const [old, now] = [sideOf(base), sideOf(contract)];
  const isWhole = scope === "contract" && base.view === "system" && contract.view === "system";
  const pairs = scope === "contract" ? sameMessages(base, contract) : messagePairs(base, contract);
  const differences = [
    ...(scope === "contract"
      ? topologyDifferences(base, contract)
      : documentDifferences(base, contract, pairs)),
    ...schemaDifferences(old, now, pairs, isWhole),
    ...serverDifferences(base, contract),
    ...restDifferences(base, contract, scope),
  ].sort((one, other) => severity(one) - severity(other));
  const about = ({ source, version }: Contract): ComparedContract => ({
    source: source.file,
    version,
    released: releases.includes(version),
  });
  return {
    format: 1,
    scope,
    notes,
    base: about(base),
    contract: about(contract),
    verdict: {
      ...judge(about(base), about(contract), highest(differences), releases.length > 0),
      deploy: commonOrder(differences),
      place: contract.source.place("/info/version"),
    },
    differences,
  };
}

function topologyDifferences(base: Contract, contract: Contract): Difference[] {
  return [
    ...serviceDifferences(base, contract),
    ...messageDifferences(base, contract),
    ...exchangeDifferences(base, contract),
    ...queueDifferences(base, contract),
    ...operationDifferences(base, contract),
    ...parameterDifferences(base, contract),
    ...replyDifferences(base, contract),
  ];
}

function severity({ judgement, level }: Difference): number {
  if (judgement !== "compatible") return judgement === "breaking" ? 0 : 1;
  return level === "minor" ? 2 : 3;
}

function judge(
  base: ComparedContract,
  contract: ComparedContract,
  needed: Level | "none",
  keepsReleases: boolean,
): Omit<Verdict, "deploy" | "place"> {
  const noVersion = [base, contract].find(({ version }) => !isVersion(version));
  if (noVersion) {
    const reason = `"${noVersion.version}" is not a semantic version like 1.4.0, so only compatible changes are allowed`;
    return { needed, declared: "none", allowed: needed !== "major", reason };
  }
  const declared = bumpBetween(base.version, contract.version);
  const verdict = (allowed: boolean, reason: string) => ({ needed, declared, allowed, reason });
  if (compareVersions(contract.version, base.version) < 0) {
    return verdict(false, `version ${contract.version} comes before ${base.version}: raise info.version`);
  }
  if (needed === "none") return verdict(true, "nothing differs");
  const next = nextVersion(base.version, needed);
  if (contract.version === base.version) {
    if (!keepsReleases) {
      const reason = `no releases are kept, so ${base.version} may be in use`;
      return needed === "major"
        ? verdict(false, `${reason}: set info.version to ${next}`)
        : verdict(true, `${reason}, and this breaks nothing`);
    }
    if (!base.released) {
      return verdict(
        true,
        `${base.version} is not released yet: the last release decides what it may change`,
      );
    }
    return verdict(false, `${base.version} is released and cannot change: set info.version to ${next}`);
  }
  if (isCandidate(base.version)) {
    return verdict(
      true,
      `${base.version} is a pre-release, which promises nothing: the last release before it decides`,
    );
  }
  if (isAtLeast(declared, bumpFor(base.version, needed))) {
    return verdict(true, `the step from ${base.version} to ${contract.version} allows it`);
  }
  const what = needed === "major" ? "breaks those who run the old one" : `asks for a ${needed} version`;
  return verdict(false, `a change that ${what} needs ${next} or later, info.version is ${contract.version}`);
}
