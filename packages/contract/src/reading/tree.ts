/**
 * A JSON document whose references lead to parts of itself: finds the value at a pointer, and where it was read from.
 */
import { childOf, isObject, type JsonObject, type JsonValue, pointerOf, segmentsOf } from "../json.ts";
import { type Line, lineOf, type Origins } from "./origins.ts";

export interface Node {
  /** The path to it contains no reference. */
  readonly pointer: string;
  readonly value: JsonValue | undefined;
}

export class Tree {
  readonly root: JsonObject;
  readonly #origins: Origins;

  constructor(root: JsonObject, origins: Origins) {
    this.root = root;
    this.#origins = origins;
  }

  /** The line of `pointer` or of its nearest ancestor that exists, and how many segments that one has. */
  line(pointer: string): Line & { readonly depth: number } {
    let value: JsonValue | undefined = this.root;
    let { file = "", line = 1 } = this.#origins.get(this.root) ?? {};
    let depth = 0;
    for (const segment of segmentsOf(pointer)) {
      const owner = this.followed({ pointer: "", value }).value;
      value = childOf(owner, segment);
      if (value === undefined || typeof owner !== "object" || owner === null) break;
      depth += 1;
      const around = this.#origins.get(owner);
      const own = typeof value === "object" && value ? this.#origins.get(value) : undefined;
      // A part of another file begins there; any other at its key.
      if (own && own.file !== around?.file) ({ file, line } = own);
      else ({ file, line } = lineOf(this.#origins, owner, segment) ?? { file, line });
    }
    return { file, line, depth };
  }

  /** The value at `pointer`, with references followed on the way but not at its end. */
  find(pointer: string): Node {
    return this.#find(pointer, new Set());
  }

  /** The value under `key` of `node`, with references followed. */
  child({ pointer, value }: Node, key: string): Node {
    return this.followed({ pointer: pointer + pointerOf(key), value: childOf(value, key) });
  }

  /** Where the references from `node` lead. */
  followed(node: Node): Node {
    return this.#followed(node, new Set());
  }

  #find(pointer: string, underway: Set<JsonValue>): Node {
    let here: Node = { pointer: "", value: this.root };
    for (const segment of segmentsOf(pointer)) {
      const owner = this.#followed(here, underway);
      here = { pointer: owner.pointer + pointerOf(segment), value: childOf(owner.value, segment) };
    }
    return here;
  }

  /** @param underway references that are being followed: those of an example may lead back to themselves */
  #followed(node: Node, underway: Set<JsonValue>): Node {
    const { value } = node;
    if (!isObject(value) || typeof value.$ref !== "string" || !value.$ref.startsWith("#")) return node;
    if (underway.has(value)) return node;
    underway.add(value);
    const end = this.#followed(this.#find(decoded(value.$ref.slice(1)), underway), underway);
    underway.delete(value);
    return end;
  }
}

/** Without percent-encoding, where it is valid. */
export function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
