/** Lays out source text: on one line if it fits, else one part per line. */
import { isObject } from "../source.ts";

const width = 110;

/** Text, or parts between brackets that stay on one line if they can. */
export type Doc = string | Group | { readonly label: string; readonly doc: Doc };
interface Group {
  readonly open: string;
  readonly parts: readonly Doc[];
  readonly close: string;
}

/** A call or an array: a single argument keeps to its brackets. */
export function group(open: string, parts: readonly Doc[], close: string): Doc {
  return { open, parts, close };
}

export function render(doc: Doc, indent = 0, column = indent): string {
  const line = flat(doc);
  if (typeof doc === "string" || (column + line.length < width && !line.includes("\n"))) return line;
  if ("label" in doc) return doc.label + render(doc.doc, indent, column + doc.label.length);
  const { open, parts, close } = doc;
  const [only] = parts;
  if (only !== undefined && parts.length === 1 && open.endsWith("(") && typeof only !== "string") {
    return open + render(only, indent, column + open.length) + close;
  }
  const pad = " ".repeat(indent + 2);
  const lines = parts.map((part) => `${pad}${render(part, indent + 2)},\n`);
  return `${open.trimEnd()}\n${lines.join("")}${" ".repeat(indent)}${close.trimStart()}`;
}

function flat(doc: Doc): string {
  if (typeof doc === "string") return doc;
  if ("label" in doc) return doc.label + flat(doc.doc);
  return doc.parts.length === 0
    ? doc.open.trimEnd() + doc.close.trimStart()
    : doc.open + doc.parts.map(flat).join(", ") + doc.close;
}

/** Between the quotes that the text itself does not use. */
export function textLiteral(text: string): string {
  return text.includes('"') && !/['\\\p{Cc}]/u.test(text) ? `'${text}'` : JSON.stringify(text);
}

/** A JSON value as a TypeScript expression. */
export function literal(value: unknown): Doc {
  if (Array.isArray(value)) return group("[", value.map(literal), "]");
  if (isObject(value)) return objectLiteral(Object.entries(value).map(([key, item]) => [key, literal(item)]));
  return JSON.stringify(value);
}

export function objectLiteral(entries: readonly (readonly [key: string, value: Doc])[]): Doc {
  return group(
    "{ ",
    entries.map(([key, doc]) => ({ label: `${literalKey(key)}: `, doc })),
    " }",
  );
}

/** `__proto__` must be a computed key: a plain one would set the prototype. */
function literalKey(key: string): string {
  return key === "__proto__" ? '["__proto__"]' : propertyKey(key);
}

/** A key of an interface. */
export function propertyKey(key: string): string {
  return /^[A-Za-z_$][\w$]*$/.test(key) ? key : JSON.stringify(key);
}

/** `.key`, or `["key"]` where the dot is not possible. */
export function propertyAccess(key: string): string {
  return propertyKey(key) === key ? `.${key}` : `[${JSON.stringify(key)}]`;
}

export function indent(lines: readonly string[]): string[] {
  return lines.map((line) => (line === "" ? line : `  ${line.replaceAll("\n", "\n  ")}`));
}

/** A doc comment; nothing for an empty text. */
export function comment(text: string): string[] {
  const lines = text.trim().replaceAll("*/", "*\\/").split(/\s*\n/);
  if (text.trim() === "") return [];
  const [only] = lines;
  if (lines.length === 1 && only !== undefined && only.length < width - 10) return [`/** ${only} */`];
  return ["/**", ...lines.flatMap(wrap).map((line) => (line === "" ? " *" : ` * ${line}`)), " */"];
}

function wrap(text: string): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    if (line !== "" && line.length + word.length > width - 10) {
      lines.push(line);
      line = word;
    } else line = line === "" ? word : `${line} ${word}`;
  }
  return [...lines, line];
}
