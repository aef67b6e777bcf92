/**
 * Converts AsyncAPI 2 to AsyncAPI 3 with @asyncapi/converter, and keeps track of where each part was in the original.
 */
import { createRequire } from "node:module";
import type { Finding } from "../finding.ts";
import { isObject, type JsonObject, type JsonValue, mapping, pointerOf, setOwn } from "../json.ts";
import { isForeign, kindOf } from "./grammar.ts";
import { type Line, lineOf, type Origins } from "./origins.ts";
import { Tree } from "./tree.ts";

const require = createRequire(import.meta.url);
const target = "3.0.0";

export function isVersion2(root: JsonObject): boolean {
  return String(root.asyncapi).startsWith("2.");
}

interface Converted {
  readonly root: JsonObject;
  /** Parts that AsyncAPI 3 does not support. */
  readonly lost: readonly Finding[];
}

/** @param root a valid document of AsyncAPI 2 without traits, in one file */
export function converted(root: JsonObject, origins: Origins): Converted {
  const { convert } = require("@asyncapi/converter") as typeof import("@asyncapi/converter");
  const marker = new Marker(root, origins);
  const marked = marker.marked(root, "document", "");
  // The converter declares the type of its result by the type of its argument.
  const result: unknown = convert(marked as never, target);
  const place = { file: origins.get(root)?.file ?? "", line: 1 };
  const unmarked = marker.unmarked(result as JsonValue, root, place);
  if (!isObject(unmarked)) throw new TypeError("@asyncapi/converter gave no document");
  return { root: unmarked, lost: marker.lost };
}

/** A key that exists only in the copy that is converted. */
const mark = "x-read-from";
const markedKinds = new Set(["server", "channel", "operation", "message"]);
const parameterSchema = new Set(["enum", "const", "default", "examples", "description"]);

/** Marks the parts that the converter moves, so that they can be found afterwards. */
class Marker {
  readonly lost: Finding[] = [];
  readonly #originals: JsonObject[] = [];
  readonly #tree: Tree;
  readonly #origins: Origins;

  constructor(root: JsonObject, origins: Origins) {
    this.#tree = new Tree(root, origins);
    this.#origins = origins;
  }

  marked(value: JsonValue, kind: string | undefined, pointer: string): JsonValue {
    if (kind === undefined) return value;
    if (Array.isArray(value))
      return value.map((item, index) => this.marked(item, kind, `${pointer}/${index}`));
    if (!isObject(value)) return value;
    if (kind === "parameter" && typeof value.$ref !== "string") return this.#parameter(value, pointer);
    const copy: JsonObject = {};
    for (const [key, item] of Object.entries(value)) {
      if (key === "schemaFormat" && kind === "message" && !isForeign(value, "payload")) continue;
      setOwn(copy, key, this.marked(item, kindOf(kind, key), pointer + pointerOf(key)));
    }
    if (markedKinds.has(kind)) copy[mark] = this.#originals.push(value) - 1;
    return copy;
  }

  /** In AsyncAPI 3 a parameter is a string, optionally one of several; nothing else in its schema is kept. */
  #parameter(parameter: JsonObject, pointer: string): JsonObject {
    const { schema: written, location, description } = parameter;
    const { value: schema } = this.#tree.followed({ pointer: "", value: written });
    const kept: JsonObject = {};
    for (const [key, value] of Object.entries(mapping(schema))) {
      if (parameterSchema.has(key)) kept[key] = value;
      else if (!(key === "type" && value === "string")) {
        this.lost.push({
          rule: "asyncapi-2",
          ...this.#tree.line(`${pointer}/schema`),
          pointer,
          message: `the schema of the parameter has "${key}", which a parameter of AsyncAPI 3 cannot have`,
          fix: "list its values with enum, or accept that any text is allowed",
        });
      }
    }
    return {
      ...(typeof location === "string" ? { location } : {}),
      ...(typeof description === "string" ? { description } : {}),
      schema: kept,
    };
  }

  /** @param original what stood there, as far as it was not moved; @param around place of what has no other */
  unmarked(value: JsonValue, original: JsonValue | undefined, around: Line): JsonValue {
    if (typeof value !== "object" || value === null) return value;
    const index = isObject(value) ? value[mark] : undefined;
    const from = typeof index === "number" ? this.#originals[index] : original;
    const owner = typeof from === "object" && from !== null ? from : undefined;
    const here = (owner && this.#origins.get(owner)) ?? around;
    const lines = new Map<string, Line>();
    const inner = (key: string, item: JsonValue) => {
      const was = isObject(owner) && Object.hasOwn(owner, key) ? owner[key] : undefined;
      const line = owner && was !== undefined ? lineOf(this.#origins, owner, key) : undefined;
      const found = this.#lineOfMoved(item) ?? line ?? here;
      lines.set(key, { file: found.file, line: found.line });
      return this.unmarked(item, was, found);
    };
    let copy: JsonValue[] | JsonObject;
    if (Array.isArray(value)) {
      copy = value.map((item, at) => {
        const was = Array.isArray(owner) ? owner[at] : undefined;
        return this.unmarked(item, was, here);
      });
    } else {
      copy = {};
      for (const [key, item] of Object.entries(value)) if (key !== mark) setOwn(copy, key, inner(key, item));
    }
    this.#origins.set(copy, { file: here.file, line: here.line, lines: [], others: lines });
    return copy;
  }

  #lineOfMoved(value: JsonValue): Line | undefined {
    const index = isObject(value) ? value[mark] : undefined;
    const original = typeof index === "number" ? this.#originals[index] : undefined;
    return original && this.#origins.get(original);
  }
}
