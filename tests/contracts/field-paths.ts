/** Where fields such as `lines[].sku` are in values and in the contract's schemas. */
import type { Contract } from "@rabbit-contract/contract/contract";
import { isObject, type JsonObject, type JsonValue } from "@rabbit-contract/contract/source";

/** The schema of a field such as `lines[].sku`; an empty one where there is none. */
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

/** @param steps of a list, `[]` is its first item */
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
