/** Whether one set of numbers or strings is provably contained in another. */
import { isMultipleOf } from "@rabbit-contract/messaging/validation";
import type { Format } from "../../schema/node.ts";
import type { Alternative, Numbers, Strings } from "./model.ts";

/** True is a proof; false means unknown. */
export function accordsWith(inner: Alternative, outer: Alternative): boolean {
  if (inner.kind === "number" && outer.kind === "number") return numbersAccord(inner, outer);
  if (inner.kind === "string" && outer.kind === "string") return stringsAccord(inner, outer);
  return false;
}

function numbersAccord(inner: Numbers, outer: Numbers): boolean {
  const steps = inner.integer ? [...inner.multiples, 1] : inner.multiples;
  const isInteger = inner.integer || inner.multiples.some((step) => Number.isInteger(step));
  if (outer.integer && !isInteger) return false;
  if (!outer.multiples.every((wanted) => steps.some((step) => isMultipleOf(step, wanted)))) return false;
  const { lower, upper } = outer;
  if (lower) {
    if (!inner.lower || inner.lower.value < lower.value) return false;
    if (lower.exclusive && !inner.lower.exclusive && inner.lower.value === lower.value) return false;
  }
  if (upper) {
    if (!inner.upper || inner.upper.value > upper.value) return false;
    if (upper.exclusive && !inner.upper.exclusive && inner.upper.value === upper.value) return false;
  }
  return true;
}

/** Lengths implied by a format. */
const lengths: Readonly<Record<Format, readonly [least: number, most: number]>> = {
  uuid: [36, 36],
  date: [10, 10],
  "date-time": [20, Number.POSITIVE_INFINITY],
  email: [5, 254],
  uri: [2, Number.POSITIVE_INFINITY],
};

function stringsAccord(inner: Strings, outer: Strings): boolean {
  const least = Math.max(inner.minLength, ...inner.formats.map((format) => lengths[format][0]));
  const most = Math.min(inner.maxLength, ...inner.formats.map((format) => lengths[format][1]));
  return (
    least >= outer.minLength &&
    most <= outer.maxLength &&
    outer.patterns.every((pattern) => inner.patterns.includes(pattern)) &&
    outer.formats.every((format) => inner.formats.includes(format))
  );
}
