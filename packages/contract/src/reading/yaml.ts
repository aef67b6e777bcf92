/**
 * Reads YAML, including JSON, into JSON values with known lines. Anchors, aliases and merge keys are resolved; values
 * that JSON cannot represent, or not with the same digits, are findings.
 */
import type { Finding } from "../finding.ts";
import { isObject, type JsonObject, type JsonValue, pointerOf, setOwn } from "../json.ts";
import { digitsProblem } from "./digits.ts";
import { lineOf, type Origins } from "./origins.ts";
import { nodesOfDocument } from "./yaml-document.ts";
import { nodesOfEvents } from "./yaml-events.ts";
import type { YamlMap, YamlNode, YamlScalar } from "./yaml-node.ts";

/** Maximum number of values that aliases may add to a document; more is an attack ("billion laughs") or a mistake. */
const maxAliasedValues = 100_000;
const maxDepth = 200;

export interface YamlFile {
  /** null where there are findings. */
  readonly value: JsonValue;
  readonly findings: readonly Finding[];
}

/** @param origins is given the lines of each object and list */
export function readYaml(file: string, text: string, origins: Origins): YamlFile {
  const findings: Finding[] = [];
  const lineAt = lineCounter(text);
  try {
    const usual = nodesOfEvents(text, maxDepth);
    const { node, errors } = usual ? { node: usual, errors: [] } : nodesOfDocument(text);
    for (const { offset, message } of errors) {
      const line = lineAt(offset);
      // Further errors in the same line usually follow from the first one.
      if (findings.some((finding) => finding.line === line)) continue;
      findings.push({
        rule: "yaml",
        file,
        line,
        pointer: "",
        message,
        fix: "correct the YAML; an editor with a YAML mode shows the place",
      });
    }
    if (findings.length > 0) return { value: null, findings };
    const composer = new Composer(file, lineAt, origins);
    const value = composer.compose(node);
    return { value, findings: composer.findings };
  } catch (error) {
    // The YAML parser is recursive, so an extremely deep document overflows the stack.
    if (!(error instanceof RangeError)) throw error;
    return { value: null, findings: [{ rule: "yaml", file, line: 1, pointer: "", ...tooDeep }] };
  }
}

/** The line of an offset, from 1. */
function lineCounter(text: string): (offset: number) => number {
  const ends: number[] = [];
  for (let end = text.indexOf("\n"); end >= 0; end = text.indexOf("\n", end + 1)) ends.push(end);
  return (offset) => {
    let [low, high] = [0, ends.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((ends[middle] ?? 0) < offset) low = middle + 1;
      else high = middle;
    }
    return low + 1;
  };
}

const tooDeep = {
  message: `is nested deeper than ${maxDepth} levels`,
  fix: "name the inner parts under components, and refer to them",
};

/** What an anchor stands for; undefined as long as it is being read. */
type Anchored = { readonly value: JsonValue; readonly size: number } | undefined;

class Composer {
  readonly findings: Finding[] = [];
  readonly #file: string;
  readonly #lineAt: (offset: number) => number;
  readonly #origins: Origins;
  readonly #anchors = new Map<string, Anchored>();
  /** Keys and indexes on the way to the value that is being composed. */
  readonly #path: (string | number)[] = [];
  /** Values composed so far, and those that aliases stand for. */
  #size = 0;
  #aliased = 0;

  constructor(file: string, lineAt: (offset: number) => number, origins: Origins) {
    this.#file = file;
    this.#lineAt = lineAt;
    this.#origins = origins;
  }

  compose(node: YamlNode): JsonValue {
    if (this.#path.length > maxDepth) return this.#refuse(node, tooDeep.message, tooDeep.fix);
    if (node.kind === "alias") return this.#alias(node.name, node);
    this.#size += 1;
    if (node.kind === "empty") return null;
    const { anchor } = node;
    if (anchor === undefined) return this.#valueOf(node);
    this.#anchors.set(anchor, undefined);
    const before = this.#size;
    const value = this.#valueOf(node);
    this.#anchors.set(anchor, { value, size: this.#size - before + 1 });
    return value;
  }

  #valueOf(node: YamlNode): JsonValue {
    if (node.kind === "map") {
      return node.isSet ? this.#notJson(node, "a set") : this.#map(node);
    }
    if (node.kind === "list") {
      const line = this.#line(node);
      const lines: number[] = [];
      const list: JsonValue[] = [];
      for (const item of node.items) {
        lines.push(this.#line(item) || line);
        list.push(this.#inner(list.length, item));
      }
      this.#origins.set(list, { file: this.#file, line, lines });
      return list;
    }
    return node.kind === "scalar" ? this.#scalar(node) : null;
  }

  #inner(step: string | number, node: YamlNode): JsonValue {
    this.#path.push(step);
    const value = this.compose(node);
    this.#path.pop();
    return value;
  }

  #map(node: YamlMap): JsonObject {
    const lines = new Map<string, number>();
    const object: JsonObject = {};
    const merged: JsonObject[] = [];
    const line = this.#line(node);
    for (const [key, value] of node.pairs) {
      if (key.kind === "scalar" && key.value === "<<" && key.isPlain) {
        merged.push(...this.#mergeSources(value));
        continue;
      }
      const name = this.#keyOf(key);
      if (name === undefined) continue;
      const first = lines.get(name);
      if (first !== undefined) {
        this.#refuse(
          key,
          `the key "${name}" is already in line ${first}`,
          "remove or rename one of them",
          name,
        );
      }
      lines.set(name, this.#line(key));
      setOwn(object, name, this.#inner(name, value));
    }
    // The mapping's own key takes precedence, then that of the first mapping merged into it.
    for (const source of merged) {
      for (const [name, value] of Object.entries(source)) {
        if (lines.has(name)) continue;
        lines.set(name, lineOf(this.#origins, source, name)?.line ?? line);
        setOwn(object, name, value);
        this.#size += 1;
      }
    }
    const inOrder = Object.keys(object).map((name) => lines.get(name) ?? line);
    this.#origins.set(object, { file: this.#file, line, lines: inOrder });
    return object;
  }

  #mergeSources(value: YamlNode): JsonObject[] {
    const composed = this.#inner("<<", value);
    const sources = Array.isArray(composed) ? composed : [composed];
    if (sources.every(isObject)) return sources;
    this.#refuse(value, 'the merge key "<<" is not a mapping', 'merge a mapping, as in "<<: *defaults"');
    return [];
  }

  #keyOf(key: YamlNode): string | undefined {
    if (key.kind === "alias") {
      const value = this.#alias(key.name, key);
      if (typeof value === "string") return value;
    }
    if (key.kind === "scalar") {
      if (key.anchor !== undefined) this.#anchors.set(key.anchor, { value: this.#scalar(key), size: 1 });
      if (typeof key.value === "string") return key.value;
      if (key.value !== null) return key.source;
    }
    this.#refuse(key, "a key is not a string", "write the key as a string");
    return undefined;
  }

  #alias(name: string, node: YamlNode): JsonValue {
    if (!this.#anchors.has(name)) {
      return this.#refuse(
        node,
        `the alias "*${name}" has no anchor "&${name}" before it`,
        "correct the name",
      );
    }
    const anchored = this.#anchors.get(name);
    if (!anchored) {
      const message = `the alias "*${name}" is a part of the value that it stands for`;
      return this.#refuse(node, message, 'refer to a schema with "$ref", which may be recursive');
    }
    this.#size += anchored.size;
    this.#aliased += anchored.size;
    if (this.#aliased > maxAliasedValues) {
      if (this.#aliased - anchored.size <= maxAliasedValues) {
        this.#refuse(
          node,
          `with the alias "*${name}", aliases stand for more than ${maxAliasedValues} values`,
          'refer to what is used often with "$ref"',
        );
      }
      return null;
    }
    return anchored.value;
  }

  #scalar(node: YamlScalar): JsonValue {
    const { value, source } = node;
    if (value === null || typeof value === "string" || typeof value === "boolean") return value;
    if (typeof value !== "number") return this.#notJson(node, `"${source}"`);
    const problem = digitsProblem(source, value);
    if (problem) return this.#refuse(node, problem.message, problem.fix);
    return value;
  }

  #notJson(node: YamlNode, what: string): null {
    return this.#refuse(
      node,
      `${what} has no counterpart in JSON`,
      "write a string, number, list or mapping",
    );
  }

  /** @param keys on the way from the value that is being composed */
  #refuse(node: YamlNode, message: string, fix: string, ...keys: readonly string[]): null {
    const pointer = pointerOf(...this.#path, ...keys);
    this.findings.push({
      rule: "yaml",
      file: this.#file,
      line: this.#line(node) || 1,
      pointer,
      message,
      fix,
    });
    return null;
  }

  /** 0 for a node without text, e.g. an empty value. */
  #line({ offset }: YamlNode): number {
    return offset === undefined ? 0 : this.#lineAt(offset);
  }
}
