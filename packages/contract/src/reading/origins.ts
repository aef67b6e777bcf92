/** The lines that the values of a document were read from. */

/** Of an object or a list. */
export interface Origin {
  readonly file: string;
  /** From 1. */
  readonly line: number;
  /** Of its keys or items. */
  readonly lines: ReadonlyMap<string, number>;
}

/** By identity: a value that stands in two places, as a YAML alias does, has one origin. */
export type Origins = WeakMap<object, Origin>;
