/** Versions of contracts: semantic versions. */
import semver from "semver";
import type { Level } from "./difference.ts";

/** Whether `text` is a semantic version, without the leading "v" and the spaces that the package accepts. */
export function isVersion(text: string): boolean {
  return /^\d\S*$/.test(text) && semver.valid(text) !== null;
}

/** @throws Error when `text` is not a version */
function parse(text: string): semver.SemVer {
  const version = isVersion(text) ? semver.parse(text) : null;
  if (version) return version;
  throw new Error(`"${text}" is not a version; info.version must be one such as 1.4.0 or 2.0.0-rc.1`);
}

export function majorOf(text: string): number {
  return parse(text).major;
}

/** Whether it is a candidate, such as 2.0.0-rc.1, which promises nothing. */
export function isCandidate(text: string): boolean {
  return parse(text).prerelease.length > 0;
}

/** Below 0 when `left` comes first. */
export function compareVersions(left: string, right: string): number {
  return semver.compare(parse(left), parse(right));
}

/** The bump from one version to a later one; "none" between equal ones and candidates of one release. */
export function bumpBetween(old: string, now: string): Level | "none" {
  const [one, other] = [parse(old), parse(now)];
  return (["major", "minor", "patch"] as const).find((part) => one[part] !== other[part]) ?? "none";
}

/** The next version with this bump; of a candidate, the next candidate. Before 1.0.0 a minor version may break things. */
export function nextVersion(old: string, level: Level): string {
  return parse(old).inc(isCandidate(old) ? "prerelease" : bumpFor(old, level)).version;
}

/** The bump that `level` takes from `old` on. */
export function bumpFor(old: string, level: Level): Level {
  return majorOf(old) === 0 && level === "major" ? "minor" : level;
}

const order = ["none", "patch", "minor", "major"] as const;

export function isAtLeast(bump: Level | "none", wanted: Level): boolean {
  return order.indexOf(bump) >= order.indexOf(wanted);
}
