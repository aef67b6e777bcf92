/**
 * Reads YAML, JSON among it, into JSON values whose lines are known. Anchors, aliases and merge keys are
 * resolved; whatever JSON cannot hold, or would hold with other digits, is a finding.
 */
import type { Finding } from "../finding.ts";
import { isObject, type JsonObject, type JsonValue, pointerOf, setOwn } from "../json.ts";
import { digitsProblem } from "./digits.ts";
import type { Origins } from "./origins.ts";
import { nodesOfDocument } from "./yaml-document.ts";
import { nodesOfEvents } from "./yaml-events.ts";
import type { YamlMap, YamlNode, YamlScalar } from "./yaml-node.ts";

/** Aliases may add as many values to a document: more is an attack ("billion laughs") or a mistake. */
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
      // What follows an error in its line is seldom another one.
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
    const value = composer.compose(node, "", 0);
    return { value, findings: composer.findings };
  } catch (error) {
    // The YAML parser calls itself for each level, so that a document without end overflows the stack.
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
  /** Values composed so far, and those that aliases stand for. */
  #size = 0;
  #aliased = 0;

  constructor(file: string, lineAt: (offset: number) => number, origins: Origins) {
    this.#file = file;
    this.#lineAt = lineAt;
    this.#origins = origins;
  }

  compose(node: YamlNode, pointer: string, depth: number): JsonValue {
    if (depth > maxDepth) return this.#refuse(node, pointer, tooDeep.message, tooDeep.fix);
    if (node.kind === "alias") return this.#alias(node.name, node, pointer);
    this.#size += 1;
    if (node.kind === "empty") return null;
    const { anchor } = node;
    if (anchor === undefined) return this.#valueOf(node, pointer, depth);
    this.#anchors.set(anchor, undefined);
    const before = this.#size;
    const value = this.#valueOf(node, pointer, depth);
    this.#anchors.set(anchor, { value, size: this.#size - before + 1 });
    return value;
  }

  #valueOf(node: YamlNode, pointer: string, depth: number): JsonValue {
    if (node.kind === "map") {
      return node.isSet ? this.#notJson(node, pointer, "a set") : this.#map(node, pointer, depth);
    }
    if (node.kind === "list") {
      const lines = new Map<string, number>();
      const list: JsonValue[] = [];
      this.#origins.set(list, { file: this.#file, line: this.#line(node), lines });
      for (const [index, item] of node.items.entries()) {
        lines.set(String(index), this.#line(item) || this.#line(node));
        list.push(this.compose(item, `${pointer}/${index}`, depth + 1));
      }
      return list;
    }
    return node.kind === "scalar" ? this.#scalar(node, pointer) : null;
  }

  #map(node: YamlMap, pointer: string, depth: number): JsonObject {
    const lines = new Map<string, number>();
    const object: JsonObject = {};
    const merged: JsonObject[] = [];
    this.#origins.set(object, { file: this.#file, line: this.#line(node), lines });
    for (const [key, value] of node.pairs) {
      if (key.kind === "scalar" && key.value === "<<" && key.isPlain) {
        merged.push(...this.#mergeSources(value, pointer, depth));
        continue;
      }
      const name = this.#keyOf(key, pointer);
      if (name === undefined) continue;
      const inner = pointer + pointerOf(name);
      const first = lines.get(name);
      if (first !== undefined) {
        this.#refuse(
          key,
          inner,
          `the key "${name}" is also in line ${first}, and only one of the two would count`,
          "remove or rename one of them",
        );
      }
      lines.set(name, this.#line(key));
      setOwn(object, name, this.compose(value, inner, depth + 1));
    }
    // A key of the mapping itself counts, then that of the first mapping merged into it.
    for (const source of merged) {
      const origin = this.#origins.get(source);
      for (const [name, value] of Object.entries(source)) {
        if (lines.has(name)) continue;
        lines.set(name, origin?.lines.get(name) ?? this.#line(node));
        setOwn(object, name, value);
        this.#size += 1;
      }
    }
    return object;
  }

  #mergeSources(value: YamlNode, pointer: string, depth: number): JsonObject[] {
    const composed = this.compose(value, `${pointer}/<<`, depth + 1);
    const sources = Array.isArray(composed) ? composed : [composed];
    if (sources.every(isObject)) return sources;
    this.#refuse(
      value,
      pointer,
      'the merge key "<<" is no mapping',
      'merge a mapping, as in "<<: *defaults"',
    );
    return [];
  }

  #keyOf(key: YamlNode, pointer: string): string | undefined {
    if (key.kind === "alias") {
      const value = this.#alias(key.name, key, pointer);
      if (typeof value === "string") return value;
    }
    if (key.kind === "scalar") {
      if (key.anchor !== undefined)
        this.#anchors.set(key.anchor, { value: this.#scalar(key, pointer), size: 1 });
      if (typeof key.value === "string") return key.value;
      if (key.value !== null) return key.source;
    }
    this.#refuse(key, pointer, "a key is no text", "write the key as a text");
    return undefined;
  }

  #alias(name: string, node: YamlNode, pointer: string): JsonValue {
    if (!this.#anchors.has(name)) {
      return this.#refuse(
        node,
        pointer,
        `no anchor "&${name}" stands before the alias "*${name}"`,
        "correct the name",
      );
    }
    const anchored = this.#anchors.get(name);
    if (!anchored) {
      const message = `the alias "*${name}" stands inside of what it stands for, and has no end`;
      return this.#refuse(node, pointer, message, 'refer to a schema with "$ref", which may be recursive');
    }
    this.#size += anchored.size;
    this.#aliased += anchored.size;
    if (this.#aliased > maxAliasedValues) {
      if (this.#aliased - anchored.size <= maxAliasedValues) {
        this.#refuse(
          node,
          pointer,
          `with the alias "*${name}", aliases stand for more than ${maxAliasedValues} values`,
          'refer to what is used often with "$ref"',
        );
      }
      return null;
    }
    return anchored.value;
  }

  #scalar(node: YamlScalar, pointer: string): JsonValue {
    const { value, source } = node;
    if (value === null || typeof value === "string" || typeof value === "boolean") return value;
    if (typeof value !== "number") return this.#notJson(node, pointer, `"${source}"`);
    const problem = digitsProblem(source, value);
    if (problem) return this.#refuse(node, pointer, problem.message, problem.fix);
    return value;
  }

  #notJson(node: YamlNode, pointer: string, what: string): null {
    return this.#refuse(
      node,
      pointer,
      `${what} has no counterpart in JSON`,
      "write a text, number, list or mapping",
    );
  }

  #refuse(node: YamlNode, pointer: string, message: string, fix: string): null {
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

  /** 0 where the node is not in the text, as an empty value. */
  #line({ offset }: YamlNode): number {
    return offset === undefined ? 0 : this.#lineAt(offset);
  }
}
