/** Whether a value is accepted. Agrees with the compiled checks, which confirm every counterexample. */
import * as formats from "@rabbit-contract/messaging/formats";
import {
  countKeys,
  duplicateIndex,
  isArray,
  isMultipleOf,
  isObject,
  longerThan,
  own,
  shorterThan,
} from "@rabbit-contract/messaging/validation";
import { formatTests } from "../../schema/check-scalar.ts";
import type { Alternative, Arrays, Numbers, Objects, Strings, Values } from "./model.ts";

const tests = { ...formats };

/**
 * A schema that is not understood accepts everything and sends nothing, so that no counterexample depends on it.
 * @param closed whether unnamed keys are refused, as producers do
 */
export function admits(values: Values, value: unknown, closed: boolean): boolean {
  return values.some((alternative) => fits(alternative, value, closed));
}

export function admitsScalar(alternative: Alternative, value: unknown): boolean {
  return fits(alternative, value, false);
}

export function fits(alternative: Alternative, value: unknown, closed: boolean): boolean {
  switch (alternative.kind) {
    case "any":
      return true;
    case "unread":
      return !closed;
    case "literals":
      return alternative.values.some((literal) => literal === value);
    case "number":
      return typeof value === "number" && isAmong(alternative, value);
    case "string":
      return typeof value === "string" && reads(alternative, value);
    case "array":
      return isArray(value) && holds(alternative, value, closed);
    case "object":
      return isObject(value) && has(alternative, value, closed);
  }
}

function isAmong({ integer, lower, upper, multiples }: Numbers, value: number): boolean {
  if (!Number.isFinite(value) || (integer && !Number.isInteger(value))) return false;
  if (lower && (value < lower.value || (lower.exclusive && value === lower.value))) return false;
  if (upper && (value > upper.value || (upper.exclusive && value === upper.value))) return false;
  return multiples.every((step) => isMultipleOf(value, step));
}

function reads(strings: Strings, text: string): boolean {
  if (shorterThan(text, strings.minLength) || longerThan(text, strings.maxLength)) return false;
  return (
    strings.formats.every((format) => tests[formatTests[format].test](text)) &&
    strings.patterns.every((pattern) => new RegExp(pattern, "u").test(text))
  );
}

function holds(arrays: Arrays, value: readonly unknown[], closed: boolean): boolean {
  if (value.length < arrays.minItems || value.length > arrays.maxItems) return false;
  if (arrays.unique && duplicateIndex(value) >= 0) return false;
  return value.every((item) => admits(arrays.items, item, closed));
}

function has(objects: Objects, value: Readonly<Record<string, unknown>>, closed: boolean): boolean {
  const count = countKeys(value);
  if (count < objects.minProperties || count > objects.maxProperties) return false;
  for (const [name, { required, values }] of objects.properties) {
    const field = own(value, name);
    if (field === undefined ? required : !admits(values, field, closed)) return false;
  }
  const { additional = !closed } = objects;
  if (additional === true) return true;
  return Object.keys(value)
    .filter((name) => !objects.properties.has(name) && own(value, name) !== undefined)
    .every((name) => additional !== false && admits(additional, own(value, name), closed));
}
