/** The fields that a schema names, at any depth. */
import { pointerOf } from "../source.ts";
import type { Values } from "./containment/model.ts";

/**
 * JSON pointers with `*` for the items of an array and for keys that are not named. Of a recursive schema, those of its
 * first level.
 */
export function fieldsOf(values: Values): ReadonlySet<string> {
  const fields = new Set<string>();
  collect(values, "", [], fields);
  return fields;
}

function collect(values: Values, prefix: string, around: readonly Values[], fields: Set<string>): void {
  if (around.includes(values)) return;
  const path = [...around, values];
  for (const alternative of values) {
    if (alternative.kind === "array") collect(alternative.items, `${prefix}/*`, path, fields);
    if (alternative.kind !== "object") continue;
    for (const [name, field] of alternative.properties) {
      fields.add(prefix + pointerOf(name));
      collect(field.values, prefix + pointerOf(name), path, fields);
    }
    if (typeof alternative.additional === "object")
      collect(alternative.additional, `${prefix}/*`, path, fields);
  }
}
