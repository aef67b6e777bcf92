/** Additions to files of the project. They are insertions of text, so that comments and layout stay as they are. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { isCollection, parseDocument } from "yaml";
import { root } from "../paths.ts";

export function edit(file: string, change: (text: string) => string): void {
  const path = join(root, file);
  const before = readFileSync(path, "utf8");
  const after = change(before);
  if (after === before) throw new Error(`cannot add to ${file}: the place for it was not found`);
  writeFileSync(path, after);
}

/**
 * Adds entries to a map or a list of a YAML text, after its last entry.
 * @param block lines without indentation; for a list in brackets, its new items
 * @throws Error when there is no such map or list
 */
export function addToYaml(text: string, path: readonly (string | number)[], block: string): string {
  const node = parseDocument(text, { merge: true }).getIn(path, true);
  if (!isCollection(node) || !node.range) throw new Error(`there is no map or list at ${path.join(".")}`);
  const [start, end] = node.range;
  if (node.flow) return `${text.slice(0, end - 1)}, ${block}${text.slice(end - 1)}`;
  const indent = " ".repeat(start - (text.lastIndexOf("\n", start - 1) + 1));
  const head = text.slice(0, end).trimEnd();
  const lines = block.trimEnd().split("\n");
  const added = lines.map((line) => (line === "" ? "" : indent + line)).join("\n");
  const rest = text.slice(head.length);
  return `${head}\n${added}${rest.startsWith("\n") ? "" : "\n"}${rest}`;
}

/** Inserts text behind the last match of a pattern. */
export function addAfterLast(text: string, pattern: RegExp, added: string): string {
  const last = [...text.matchAll(new RegExp(pattern.source, `${pattern.flags}g`))].at(-1);
  if (!last) return text;
  const end = last.index + last[0].length;
  return text.slice(0, end) + added + text.slice(end);
}

/** `payment.received` becomes `paymentReceived`. */
export function camelCase(name: string): string {
  return name.replace(/[.-](\w)/g, (_, letter: string) => letter.toUpperCase());
}

export function pascalCase(name: string): string {
  const camel = camelCase(name);
  return camel.charAt(0).toUpperCase() + camel.slice(1);
}
