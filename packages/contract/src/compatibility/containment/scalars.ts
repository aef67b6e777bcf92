/** Whether one set of numbers or strings is provably contained in another. */
import { isMultipleOf } from "@rabbit-contract/messaging/validation";
import type { Format } from "../../schema/node.ts";
import type { Alternative, Numbers, Strings } from "./model.ts";
import { comparePatterns } from "./patterns.ts";

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
  duration: [3, Number.POSITIVE_INFINITY],
  hostname: [1, 253],
  ipv4: [7, 15],
  ipv6: [2, 45],
  byte: [0, Number.POSITIVE_INFINITY],
  binary: [0, Number.POSITIVE_INFINITY],
};

/**
 * Whether every text of the format `inner` has the format `outer`. `binary` accepts all formats, since they are ASCII.
 */
function isWithin(inner: Format, outer: Format): boolean {
  return inner === outer || outer === "binary" || (inner === "ipv4" && outer === "hostname");
}

function stringsAccord(inner: Strings, outer: Strings): boolean {
  const minLength = Math.max(inner.minLength, ...inner.formats.map((format) => lengths[format][0]));
  const maxLength = Math.min(inner.maxLength, ...inner.formats.map((format) => lengths[format][1]));
  return (
    outer.formats.every((wanted) => inner.formats.some((format) => isWithin(format, wanted))) &&
    comparePatterns({ ...inner, minLength, maxLength }, outer).isContained
  );
}
