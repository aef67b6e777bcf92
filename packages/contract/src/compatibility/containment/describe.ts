/** Sets of values in words, for people: `an integer from 1 to 100`. */
import { counted } from "../../listed.ts";
import type { Alternative, Bound, Values } from "./model.ts";

/** Maximum literals to list; the others are only counted. */
const listed = 12;

export function describeValues(values: Values): string {
  if (values.length === 0) return "nothing";
  return values.map(describe).join(", or ");
}

export function describe(alternative: Alternative): string {
  switch (alternative.kind) {
    case "any":
      return "anything";
    case "unread":
      return `what ${alternative.text.length > 60 ? `${alternative.text.slice(0, 60)}…` : alternative.text} describes`;
    case "literals": {
      const { values } = alternative;
      const shown = values.slice(0, listed).map((value) => JSON.stringify(value));
      const more = values.length - shown.length;
      return shown.join(" | ") + (more > 0 ? ` | ${more} more` : "");
    }
    case "number": {
      const { integer, lower, upper, multiples } = alternative;
      const parts = [integer ? "an integer" : "a number", boundsOf(lower, upper)];
      return [...parts, ...multiples.map((step) => `in steps of ${step}`)].filter(Boolean).join(" ");
    }
    case "string": {
      const { minLength, maxLength, patterns, formats } = alternative;
      const parts = ["a string", countOf(minLength, maxLength, "character")];
      const demands = [
        ...formats.map((format) => `of format ${format}`),
        ...patterns.map((pattern) => `matching ${pattern}`),
      ];
      return [...parts, ...demands].filter(Boolean).join(" ");
    }
    case "array": {
      const { minItems, maxItems, unique } = alternative;
      const count = countOf(minItems, maxItems, "item");
      return ["an array", count, unique ? "without duplicates" : ""].filter(Boolean).join(" ");
    }
    case "object":
      return ["an object", countOf(alternative.minProperties, alternative.maxProperties, "key")]
        .filter(Boolean)
        .join(" ");
  }
}

function boundsOf(lower: Bound | undefined, upper: Bound | undefined): string {
  if (lower && upper && !lower.exclusive && !upper.exclusive) {
    return lower.value === upper.value ? `equal to ${lower.value}` : `from ${lower.value} to ${upper.value}`;
  }
  const low = lower && `${lower.exclusive ? "above" : "of at least"} ${lower.value}`;
  const high = upper && `${upper.exclusive ? "below" : "of at most"} ${upper.value}`;
  return [low, high].filter(Boolean).join(" and ");
}

function countOf(least: number, most: number, noun: string): string {
  if (least === most) return `of ${counted(least, noun)}`;
  if (most === Number.POSITIVE_INFINITY) return least === 0 ? "" : `of at least ${counted(least, noun)}`;
  return least === 0 ? `of at most ${counted(most, noun)}` : `of ${least} to ${counted(most, noun)}`;
}
