/** The lines that the values of a document were read from. */

export interface Line {
  readonly file: string;
  /** From 1. */
  readonly line: number;
}

/** Of an object or a list. */
export interface Origin extends Line {
  /** Lines of its keys, in the order of `Object.keys`, or of its items; in the same file. */
  readonly lines: readonly number[];
  /** Lines of keys that come from a trait in another place. */
  readonly others?: ReadonlyMap<string, Line>;
}

/** By identity: a value in two places, e.g. through a YAML alias, has one origin. */
export type Origins = WeakMap<object, Origin>;

/** Gives `copy` the origin of `original`. */
export function inheritOrigin<Copy extends object>(origins: Origins, copy: Copy, original: object): Copy {
  const origin = origins.get(original);
  if (origin) origins.set(copy, origin);
  return copy;
}

/** The line of a key or item of `owner`. */
export function lineOf(origins: Origins, owner: object, key: string): Line | undefined {
  const origin = origins.get(owner);
  if (!origin) return undefined;
  const moved = origin.others?.get(key);
  return moved ?? { file: origin.file, line: origin.lines[indexIn(owner, key)] ?? origin.line };
}

/** Positions of keys in objects of many keys. */
const positions = new WeakMap<object, ReadonlyMap<string, number>>();

function indexIn(owner: object, key: string): number {
  if (Array.isArray(owner)) return Number(key);
  const known = positions.get(owner);
  if (known) return known.get(key) ?? -1;
  const keys = Object.keys(owner);
  if (keys.length > 50) positions.set(owner, new Map(keys.map((one, index) => [one, index])));
  return keys.indexOf(key);
}
