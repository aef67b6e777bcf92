/** Versions of contracts, as semver has them. */
import type { Level } from "./difference.ts";

export interface Version {
  readonly major: number;
  readonly minor: number;
  readonly patch: number;
  /** After the hyphen; "" for a release. */
  readonly pre: string;
}

const form = /^(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(?:-([0-9A-Za-z.-]+))?(?:\+[0-9A-Za-z.-]+)?$/;

export function isVersion(text: string): boolean {
  return form.test(text);
}

/** @throws Error when `text` is no version */
export function parseVersion(text: string): Version {
  const match = form.exec(text);
  if (!match) throw new Error(`"${text}" is no version; info.version has to be one like 1.4.0 or 2.0.0-rc.1`);
  return { major: Number(match[1]), minor: Number(match[2]), patch: Number(match[3]), pre: match[4] ?? "" };
}

/** Below 0 when `left` comes first. */
export function compareVersions(left: string, right: string): number {
  const [one, other] = [parseVersion(left), parseVersion(right)];
  for (const part of ["major", "minor", "patch"] as const) {
    if (one[part] !== other[part]) return one[part] - other[part];
  }
  if (one.pre === other.pre) return 0;
  // A candidate comes before its release.
  if (one.pre === "") return 1;
  if (other.pre === "") return -1;
  return one.pre.localeCompare(other.pre, "en", { numeric: true });
}

/** The bump from one version to a later one; "none" between equal ones and candidates of one release. */
export function bumpBetween(old: string, now: string): Level | "none" {
  const [one, other] = [parseVersion(old), parseVersion(now)];
  return (["major", "minor", "patch"] as const).find((part) => one[part] !== other[part]) ?? "none";
}

/** The next version with this bump. Before 1.0.0 a minor version may break things. */
export function nextVersion(old: string, level: Level): string {
  const { major, minor, patch } = parseVersion(old);
  switch (bumpFor(old, level)) {
    case "major":
      return `${major + 1}.0.0`;
    case "minor":
      return `${major}.${minor + 1}.0`;
    case "patch":
      return `${major}.${minor}.${patch + 1}`;
  }
}

/** The bump that `level` takes from `old` on. */
export function bumpFor(old: string, level: Level): Level {
  return parseVersion(old).major === 0 && level === "major" ? "minor" : level;
}

const order = ["none", "patch", "minor", "major"] as const;

export function isAtLeast(bump: Level | "none", wanted: Level): boolean {
  return order.indexOf(bump) >= order.indexOf(wanted);
}
