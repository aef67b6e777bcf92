/** The intersection of two sets of values: allOf of scalars and arrays of them. */
import { admitsScalar } from "./accepts.ts";
import { normalisedNumbers, tighter } from "./bounds.ts";
import type { Alternative, Values } from "./model.ts";

/** Undefined if it involves objects that were not merged, or schemas that are not understood. */
export function intersection(left: Values, right: Values): Values | undefined {
  const values: Alternative[] = [];
  for (const one of left) {
    for (const other of right) {
      const both = common(one, other);
      if (!both) return undefined;
      values.push(...both);
    }
  }
  return values;
}

function common(left: Alternative, right: Alternative): Values | undefined {
  if (left.kind === "any") return [right];
  if (right.kind === "any") return [left];
  if (left.kind === "unread" || right.kind === "unread") return undefined;
  if (left.kind === "literals") {
    return [{ kind: "literals", values: left.values.filter((value) => admitsScalar(right, value)) }];
  }
  if (right.kind === "literals") return common(right, left);
  if (left.kind === "number" && right.kind === "number") {
    const lower = tighter(left.lower, right.lower, (one, other) => one > other);
    const upper = tighter(left.upper, right.upper, (one, other) => one < other);
    return [
      normalisedNumbers({
        kind: "number",
        integer: left.integer || right.integer,
        ...(lower && { lower }),
        ...(upper && { upper }),
        multiples: [...new Set([...left.multiples, ...right.multiples])],
      }),
    ];
  }
  if (left.kind === "string" && right.kind === "string") {
    return [
      {
        kind: "string",
        minLength: Math.max(left.minLength, right.minLength),
        maxLength: Math.min(left.maxLength, right.maxLength),
        patterns: [...new Set([...left.patterns, ...right.patterns])],
        formats: [...new Set([...left.formats, ...right.formats])],
      },
    ];
  }
  if (left.kind === "array" && right.kind === "array") {
    const items = intersection(left.items, right.items);
    if (!items) return undefined;
    return [
      {
        kind: "array",
        items,
        minItems: Math.max(left.minItems, right.minItems),
        maxItems: Math.min(left.maxItems, right.maxItems),
        unique: left.unique || right.unique,
      },
    ];
  }
  return left.kind === right.kind ? undefined : [];
}
