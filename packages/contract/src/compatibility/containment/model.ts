/** Sets of JSON values that a contract's schemas can describe. */
import type { Format, Scalar } from "../../schema/node.ts";

/**
 * A union; empty if no value fits. At most one alternative is of kind `literals`. That of a recursive schema contains
 * itself.
 */
export type Values = readonly Alternative[];

export type Alternative = AnyValue | Literals | Numbers | Strings | Arrays | Objects | Unread;

export interface AnyValue {
  readonly kind: "any";
}

/** Also `boolean` and `null`. */
export interface Literals {
  readonly kind: "literals";
  readonly values: readonly Scalar[];
}

export interface Bound {
  readonly value: number;
  /** For integers, only where they are no longer exact. */
  readonly exclusive: boolean;
}

export interface Numbers {
  readonly kind: "number";
  readonly integer: boolean;
  readonly lower?: Bound;
  readonly upper?: Bound;
  /** A number is a multiple of each. */
  readonly multiples: readonly number[];
}

export interface Strings {
  readonly kind: "string";
  /** Code points. */
  readonly minLength: number;
  /** Infinity for none. */
  readonly maxLength: number;
  /** A string matches each. */
  readonly patterns: readonly string[];
  readonly formats: readonly Format[];
}

export interface Arrays {
  readonly kind: "array";
  readonly items: Values;
  readonly minItems: number;
  readonly maxItems: number;
  readonly unique: boolean;
}

export interface Objects {
  readonly kind: "object";
  readonly properties: ReadonlyMap<string, Field>;
  /** Other keys: undefined if they are not sent and are ignored. */
  readonly additional?: boolean | Values;
  readonly minProperties: number;
  readonly maxProperties: number;
}

/** A schema with keywords that are not understood. All that is known is that the same text accepts the same values. */
export interface Unread {
  readonly kind: "unread";
  readonly text: string;
}

export interface Field {
  readonly required: boolean;
  readonly values: Values;
}

/**
 * Whether clearly no value fits.
 * @param isOpen whether values are still being read, so that they only look empty
 */
export function isEmpty(alternative: Alternative, isOpen: (values: Values) => boolean): boolean {
  switch (alternative.kind) {
    case "any":
    case "unread":
      return false;
    case "literals":
      return alternative.values.length === 0;
    case "number": {
      const { lower, upper } = alternative;
      if (!lower || !upper || lower.value < upper.value) return false;
      return lower.value > upper.value || lower.exclusive || upper.exclusive;
    }
    case "string":
      return alternative.minLength > alternative.maxLength;
    case "array":
      return alternative.minItems > alternative.maxItems;
    case "object": {
      const required = [...alternative.properties.values()].filter((field) => field.required);
      return (
        required.some(({ values }) => values.length === 0 && !isOpen(values)) ||
        Math.max(required.length, alternative.minProperties) > alternative.maxProperties
      );
    }
  }
}
