/** The fields that a schema names, at any depth. */
import { pointerOf } from "../source.ts";
import type { Values } from "./containment/model.ts";

/** JSON pointers with `*` for the items of an array and for keys that are not named. */
export function fieldsOf(values: Values, prefix = ""): ReadonlySet<string> {
  const fields = new Set<string>();
  for (const alternative of values) {
    const inner: [string, Values][] = [];
    if (alternative.kind === "array") inner.push([`${prefix}/*`, alternative.items]);
    if (alternative.kind === "object") {
      for (const [name, field] of alternative.properties) {
        fields.add(prefix + pointerOf(name));
        inner.push([prefix + pointerOf(name), field.values]);
      }
      if (typeof alternative.additional === "object") inner.push([`${prefix}/*`, alternative.additional]);
    }
    for (const [path, part] of inner) for (const field of fieldsOf(part, path)) fields.add(field);
  }
  return fields;
}
