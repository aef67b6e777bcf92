/** A YAML document with the place of every node. */
import { readFileSync } from "node:fs";
import { type Document, isMap, isSeq, LineCounter, type Node, parseDocument } from "yaml";

export type JsonValue = string | number | boolean | null | JsonValue[] | JsonObject;
export interface JsonObject {
  [key: string]: JsonValue;
}

/** A place in a contract: `file:line`, and the JSON pointer of the node. */
export interface Place {
  readonly file: string;
  /** From 1. */
  readonly line: number;
  /** RFC 6901, "" for the whole document. */
  readonly pointer: string;
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export function pointerOf(...segments: readonly (string | number)[]): string {
  return segments
    .map((segment) => `/${String(segment).replaceAll("~", "~0").replaceAll("/", "~1")}`)
    .join("");
}

export function segmentsOf(pointer: string): string[] {
  if (pointer === "") return [];
  return pointer
    .slice(1)
    .split("/")
    .map((segment) => segment.replaceAll("~1", "/").replaceAll("~0", "~"));
}

export class Source {
  readonly file: string;
  readonly text: string;
  readonly root: JsonObject;
  readonly #yaml: Document;
  readonly #lines = new LineCounter();

  /** @throws SourceError when `text` is not a YAML mapping */
  constructor(file: string, text: string) {
    this.file = file;
    this.text = text;
    this.#yaml = parseDocument(text, { lineCounter: this.#lines, prettyErrors: true });
    const [error] = this.#yaml.errors;
    if (error) throw new SourceError(file, error.linePos?.[0].line ?? 1, error.message);
    const root: unknown = this.#yaml.toJS({ maxAliasCount: 0 });
    if (!isObject(root)) throw new SourceError(file, 1, "expected a YAML mapping at the top");
    this.root = root;
  }

  static read(file: string): Source {
    return new Source(file, readFileSync(file, "utf8"));
  }

  /** The place of `pointer`, or of its nearest ancestor that exists. */
  place(pointer: string): Place {
    let node: unknown = this.#yaml.contents;
    let offset = 0;
    for (const segment of segmentsOf(pointer)) {
      if (isMap(node)) {
        const pair = node.items.find((item) => String(item.key) === segment);
        if (!pair) break;
        offset = (pair.key as Node).range?.[0] ?? offset;
        node = pair.value;
      } else if (isSeq(node)) {
        const item = node.items[Number(segment)] as Node | undefined;
        if (!item) break;
        offset = item.range?.[0] ?? offset;
        node = item;
      } else break;
    }
    return { file: this.file, line: this.#lines.linePos(offset).line, pointer };
  }

  /** The value at `pointer`, without following references. */
  at(pointer: string): JsonValue | undefined {
    let value: JsonValue | undefined = this.root;
    for (const segment of segmentsOf(pointer)) {
      if (Array.isArray(value)) value = value[Number(segment)];
      else if (isObject(value) && Object.hasOwn(value, segment)) value = value[segment];
      else return undefined;
    }
    return value;
  }

  /**
   * Follows `$ref`s from `pointer` to a value that is not a reference, and returns its place and value.
   * Only references inside the document are supported.
   * @throws SourceError if a reference is broken, external or circular
   */
  resolve(pointer: string): { readonly pointer: string; readonly value: JsonValue | undefined } {
    const seen = new Set<string>();
    let here = pointer;
    for (;;) {
      const value = this.at(here);
      if (!isObject(value) || typeof value.$ref !== "string") return { pointer: here, value };
      const target = value.$ref;
      if (!target.startsWith("#/") || seen.has(target) || this.at(target.slice(1)) === undefined) {
        throw new SourceError(
          this.file,
          this.place(here).line,
          `the reference "${target}" at ${here} is broken; it must be "#/…" to an existing node`,
        );
      }
      seen.add(target);
      here = target.slice(1);
    }
  }
}

export class SourceError extends Error {
  override readonly name = "SourceError";
  constructor(file: string, line: number, message: string) {
    super(`${file}:${line}: ${message}`);
  }
}
