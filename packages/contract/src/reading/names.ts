/** Names of parts of other files, under `components` of the bundle. */
import { posix } from "node:path";
import { segmentsOf } from "../json.ts";
import { freeName } from "../schema/names.ts";

/** What a part is called in its owner, rather than by the author. */
const places = new Set(["payload", "headers", "schema", "items", "message"]);

/**
 * By the last segment of the pointer, or else the name of the file: `LineItem` for a schema in `line-item.yaml`,
 * `lineAdded` for a message.
 */
export function bundledName(
  part: { readonly file: string; readonly pointer: string },
  kind: string,
  taken: ReadonlySet<string>,
): string {
  const last = segmentsOf(part.pointer).at(-1);
  const file = posix.basename(part.file).replace(/\.[^.]*$/, "");
  const words = last === undefined ? file : places.has(last) || /^\d+$/.test(last) ? `${file}-${last}` : last;
  return freeName(inCase(words, kind), (name) => taken.has(name));
}

function inCase(words: string, kind: string): string {
  if (kind !== "schema" && kind !== "message") return words.replaceAll(/[^\w.-]/g, "_") || kind;
  const joined = words
    .replaceAll(/[^A-Za-z0-9]+([A-Za-z0-9]?)/g, (_, letter: string) => letter.toUpperCase())
    .replace(/^(?=\d)/, kind);
  const first = joined.charAt(0);
  return (kind === "schema" ? first.toUpperCase() : first.toLowerCase()) + joined.slice(1) || kind;
}
