/** The lines that the values of a document were read from. */

export interface Line {
  readonly file: string;
  /** From 1. */
  readonly line: number;
}

/** Of an object or a list. */
export interface Origin extends Line {
  /** Of its keys or items, in the same file. */
  readonly lines: ReadonlyMap<string, number>;
  /** Of those that a trait in another place gave it. */
  readonly others?: ReadonlyMap<string, Line>;
}

/** By identity: a value that stands in two places, as a YAML alias does, has one origin. */
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
  return origin.others?.get(key) ?? { file: origin.file, line: origin.lines.get(key) ?? origin.line };
}
