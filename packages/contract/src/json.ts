/** JSON values, and the pointers into them (RFC 6901). */

export type JsonValue = string | number | boolean | null | JsonValue[] | JsonObject;
export interface JsonObject {
  [key: string]: JsonValue;
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The value if it is a mapping, else an empty one: a value of another type counts as absent. */
export function mapping(value: unknown): JsonObject {
  return isObject(value) ? value : {};
}

/** The same for a list. */
export function list(value: JsonValue | undefined): readonly JsonValue[] {
  return Array.isArray(value) ? value : [];
}

export function pointerOf(...segments: readonly (string | number)[]): string {
  let pointer = "";
  for (const segment of segments) pointer += `/${escaped(String(segment))}`;
  return pointer;
}

function escaped(segment: string): string {
  return /[~/]/.test(segment) ? segment.replaceAll("~", "~0").replaceAll("/", "~1") : segment;
}

export function segmentsOf(pointer: string): string[] {
  if (pointer === "") return [];
  return pointer
    .slice(1)
    .split("/")
    .map((segment) =>
      segment.includes("~") ? segment.replaceAll("~1", "/").replaceAll("~0", "~") : segment,
    );
}

/** Whether a pointer is `owner`, or leads to something inside of it. */
export function isWithin(pointer: string, owner: string): boolean {
  return pointer === owner || pointer.startsWith(`${owner}/`);
}

/** The own property `key`, or the item of that index. */
export function childOf(value: JsonValue | undefined, key: string): JsonValue | undefined {
  if (Array.isArray(value)) return /^\d+$/.test(key) ? value[Number(key)] : undefined;
  return isObject(value) && Object.hasOwn(value, key) ? value[key] : undefined;
}

/** Sets an own property, even `__proto__`. */
export function setOwn(object: JsonObject, key: string, value: JsonValue): void {
  // An assignment to this key would set the prototype; for others it is many times faster than defining a property.
  if (key !== "__proto__") object[key] = value;
  else Object.defineProperty(object, key, { value, enumerable: true, writable: true, configurable: true });
}
