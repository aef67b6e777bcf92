/** The nodes of a YAML text, before they are JSON values. */

export type YamlNode = YamlCollection | YamlScalar | YamlAlias | YamlEmpty;

interface Placed {
  /** Offset in the text; undefined for a node without text, e.g. an empty value. */
  readonly offset: number | undefined;
}

export interface YamlMap extends Placed {
  readonly kind: "map";
  readonly anchor: string | undefined;
  readonly pairs: readonly (readonly [key: YamlNode, value: YamlNode])[];
  /** A set of YAML 1.1. */
  readonly isSet: boolean;
}

export interface YamlList extends Placed {
  readonly kind: "list";
  readonly anchor: string | undefined;
  readonly items: readonly YamlNode[];
}

export type YamlCollection = YamlMap | YamlList;

export interface YamlScalar extends Placed {
  readonly kind: "scalar";
  readonly anchor: string | undefined;
  /** A string, number, boolean or null; anything else has no counterpart in JSON. */
  readonly value: unknown;
  /** As written. */
  readonly source: string;
  /** Without quotes. */
  readonly isPlain: boolean;
}

export interface YamlAlias extends Placed {
  readonly kind: "alias";
  readonly name: string;
}

/** Of a document without content. */
export interface YamlEmpty extends Placed {
  readonly kind: "empty";
}
