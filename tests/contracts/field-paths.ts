/** Finds fields such as `lines[].sku` in values and in the contract's schemas. */
import type { Contract } from "@rabbit-contract/contract";
import { isObject, type JsonObject, type JsonValue } from "@rabbit-contract/contract";

/** The schema of a field such as `lines[].sku`; an empty one if the contract has none. */
export function schemaAt(schemas: Contract["schemas"], name: string, field: string): JsonObject {
  const resolved = (value: JsonValue | undefined): JsonObject => {
    if (!isObject(value)) return {};
    if (typeof value.$ref !== "string") return value;
    return resolved(schemas[value.$ref.split("/").at(-1) ?? ""]);
  };
  let schema = resolved(schemas[name]);
  for (const step of stepsOf(field)) {
    const { properties, items } = schema;
    schema = resolved(step === "[]" ? items : isObject(properties) ? properties[step] : undefined);
  }
  return schema;
}

/** @param steps `[]` is the first item of a list */
export function valueAt(value: JsonValue, steps: readonly string[]): JsonValue | undefined {
  let found: JsonValue | undefined = value;
  for (const step of steps) {
    if (Array.isArray(found)) found = found[step === "[]" ? 0 : Number(step)];
    else found = isObject(found) ? found[step] : undefined;
  }
  return found;
}

export function replaced(whole: JsonValue, field: string, value: JsonValue): JsonValue {
  const [step, ...rest] = stepsOf(field);
  if (step === undefined) return value;
  const below = rest.join(".").replaceAll(".[]", "[]");
  if (Array.isArray(whole)) return whole.map((item) => replaced(item, below, value));
  if (!isObject(whole)) return whole;
  return { ...whole, [step]: replaced(whole[step] ?? null, below, value) };
}

/** `lines[].sku` has the steps `lines`, `[]` and `sku`. */
export function stepsOf(field: string): string[] {
  return field.split(/\.|(?=\[\])/).filter((step) => step !== "");
}

/** Every list of a value. */
export function listsOf(value: JsonValue, path = ""): string[] {
  if (Array.isArray(value)) {
    return [path, ...new Set(value.flatMap((item) => listsOf(item, `${path}[]`)))];
  }
  if (!isObject(value)) return [];
  return Object.entries(value).flatMap(([key, inner]) =>
    listsOf(inner, path === "" ? key : `${path}.${key}`),
  );
}

/**
 * The runtime refuses a payload without the fields that the contract requires, even if the handler never reads them:
 * those are added from the contract's own example.
 */
export function completed(example: unknown, part: unknown): unknown {
  if (Array.isArray(part)) {
    const item: unknown = Array.isArray(example) ? example[0] : undefined;
    return part.map((one) => completed(item, one));
  }
  if (!isObject(part)) return part;
  const rest = isObject(example) ? example : {};
  const named = Object.entries(part).map(([key, value]) => [key, completed(rest[key], value)] as const);
  return { ...rest, ...Object.fromEntries(named) };
}
