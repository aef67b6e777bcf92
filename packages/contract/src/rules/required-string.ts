import { isObject, mapping, pointerOf, type Source } from "../source.ts";

/**
 * Why a place in a payload is not a string that every payload has; undefined if it is.
 * @param payload pointer to its schema
 */
export function notRequiredString(
  payload: string,
  path: readonly string[],
  source: Source,
): string | undefined {
  let pointer = payload;
  for (const key of path) {
    const { value, pointer: here } = source.resolve(pointer);
    // A reference that leads nowhere has a finding of its own.
    if (isObject(value) && "$ref" in value) return undefined;
    const { properties, required } = mapping(value);
    if (!isObject(properties) || !Object.hasOwn(properties, key)) {
      return `is not in the payload: ${here} has no property "${key}"`;
    }
    if (!Array.isArray(required) || !required.includes(key)) {
      return `may be absent: ${here} does not require it`;
    }
    pointer = `${here}/properties${pointerOf(key)}`;
  }
  const { value } = source.resolve(pointer);
  return isObject(value) && ("$ref" in value || value.type === "string") ? undefined : "is not a string";
}
