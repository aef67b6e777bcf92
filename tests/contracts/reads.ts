/** Records which fields of a payload a handler reads. Paths look like `lines[].unitPrice.amount`. */

export interface Watched<Payload> {
  /** Behaves like the payload. */
  readonly payload: Payload;
  /** Scalars read so far, and lists of which only the length was read. Sorted. */
  reads(): string[];
}

/**
 * Wraps a payload. A container counts as read if something in it is read: passing it on, or omitting it with a rest
 * pattern, reads nothing. A missing field counts as read if it is accessed.
 */
export function watchReads<Payload>(payload: Payload): Watched<Payload> {
  const scalars = new Set<string>();
  const lists = new Set<string>();

  function wrap<Value>(value: Value, path: string): Value {
    if (typeof value !== "object" || value === null) return value;
    return new Proxy(value, {
      get(target, key, receiver) {
        const found: unknown = Reflect.get(target, key, receiver);
        if (typeof key === "symbol" || isInherited(target, key)) return found;
        if (Array.isArray(target) && key === "length") {
          lists.add(path);
          return found;
        }
        const inside = below(path, Array.isArray(target) ? "[]" : key);
        if (typeof found !== "object" || found === null) scalars.add(inside);
        return wrap(found, inside);
      },
      has(target, key) {
        // A list's methods check that each index exists before they read it.
        const asked = typeof key === "string" && !Array.isArray(target) && !isInherited(target, key);
        if (asked) scalars.add(below(path, key));
        return Reflect.has(target, key);
      },
    });
  }

  return {
    payload: wrap(payload, ""),
    reads() {
      const onlyCounted = [...lists].filter(
        (list) => ![...scalars].some((path) => path.startsWith(`${list}[]`)),
      );
      return [...scalars, ...onlyCounted].sort();
    },
  };
}

/** Every scalar of an example, by the path that `reads` gives it. Sorted. */
export function fieldsOf(example: unknown, path = ""): string[] {
  if (typeof example !== "object" || example === null) return [path];
  const fields = Array.isArray(example)
    ? example.flatMap((item) => fieldsOf(item, below(path, "[]")))
    : Object.entries(example).flatMap(([key, value]) => fieldsOf(value, below(path, key)));
  return [...new Set(fields)].sort();
}

function below(path: string, key: string): string {
  return path === "" || key === "[]" ? `${path}${key}` : `${path}.${key}`;
}

/** Methods, and the properties that JSON and promises look up on every value. */
function isInherited(target: object, key: string): boolean {
  return !Object.hasOwn(target, key) && (key in target || key === "toJSON" || key === "then");
}
