/** Additions to files of the project. They are insertions of text, so that comments and layout stay as they are. */
import { globSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { isCollection, isMap, isNode, isSeq, parseDocument } from "yaml";
import { root } from "../paths.ts";

export function edit(file: string, change: (text: string) => string): void {
  const path = join(root, file);
  const before = readFileSync(path, "utf8");
  const after = change(before);
  if (after === before) throw new Error(`cannot add to ${file}: the place for it was not found`);
  writeFileSync(path, after);
}

/** For the placeholders of a template: `service` for `__service__`. */
export type Values = Readonly<Record<string, string>>;

/** The templates in a folder beside this file, filled in, with the file that each is for. */
function templatesIn(folder: string, values: Values): { readonly file: string; readonly text: string }[] {
  const fill = (text: string) => text.replace(/__([A-Za-z]+)__/g, (all, name: string) => values[name] ?? all);
  const templates = join(import.meta.dirname, folder);
  return globSync("**/*.template", { cwd: templates }).map((path) => ({
    file: fill(path.slice(0, -".template".length)),
    text: fill(readFileSync(join(templates, path), "utf8")),
  }));
}

/** Writes the files of `service/` to a folder of the project. */
export function writeFiles(target: string, values: Values): void {
  for (const { file, text } of templatesIn("service", values)) {
    const path = join(root, target, file);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  }
}

/** Adds the entries of the YAML files in `additions/` of this name to the project's files of the same path. */
export function addEntries(kind: "service" | "exchange" | "message" | "queue", values: Values): void {
  for (const { file, text: added } of templatesIn(`additions/${kind}`, values))
    edit(file, (text) => withEntries(text, added));
}

/** Descends into what both texts have, and adds what only `added` has. */
function withEntries(text: string, added: string): string {
  let result = text;
  const add = (node: unknown, path: readonly string[]) => {
    if (isSeq(node)) {
      for (const item of node.items)
        result = addToYaml(result, path, `- ${sourceOf(item, item, added).replaceAll("\n", "\n  ")}`);
    }
    for (const { key, value } of isMap(node) ? node.items : []) {
      const inner = [...path, String(key)];
      if (isCollection(parseDocument(result, { merge: true }).getIn(inner, true))) add(value, inner);
      else result = addToYaml(result, path, sourceOf(key, value, added));
    }
  };
  add(parseDocument(added, { merge: true }).contents, []);
  return result;
}

/** The text from the beginning of one node to the end of another, without indentation. */
function sourceOf(first: unknown, last: unknown, text: string): string {
  if (!isNode(first) || !first.range || !isNode(last) || !last.range) throw new Error("there is no node");
  const [start] = first.range;
  const indent = start - (text.lastIndexOf("\n", start - 1) + 1);
  return text.slice(start, last.range[1]).replaceAll(`\n${" ".repeat(indent)}`, "\n");
}

/**
 * Adds entries to a map or a list of a YAML text, after its last entry.
 * @param block lines without indentation; for a list in brackets, its new items
 * @throws Error when there is no such map or list
 */
export function addToYaml(text: string, path: readonly string[], block: string): string {
  const node = parseDocument(text, { merge: true }).getIn(path, true);
  if (!isCollection(node) || !node.range) throw new Error(`there is no map or list at ${path.join(".")}`);
  const [start, end] = node.range;
  if (node.flow) return `${text.slice(0, end - 1)}, ${block}${text.slice(end - 1)}`;

  const indent = " ".repeat(start - (text.lastIndexOf("\n", start - 1) + 1));
  const head = text.slice(0, end).trimEnd();
  const lines = block.trimEnd().split("\n");
  const added = lines.map((line) => (line === "" ? "" : indent + line)).join("\n");
  const rest = text.slice(head.length);
  const between = isSpaced(node, text) ? "\n" : "";
  return `${head}\n${between}${added}${rest.startsWith("\n") ? "" : "\n"}${rest}`;
}

/** Whether there is a blank line before the last entry. */
function isSpaced({ items }: { readonly items: readonly unknown[] }, text: string): boolean {
  const last = items.at(-1);
  const key = typeof last === "object" && last !== null && "key" in last ? last.key : last;
  return isNode(key) && key.range ? /\n\n *(?:- )?$/.test(text.slice(0, key.range[0])) : false;
}

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
