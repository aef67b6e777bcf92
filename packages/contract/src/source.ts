/** A document, with the files that it refers to, as one JSON value with the place of every node. */
import { readFileSync } from "node:fs";
import { stringify } from "yaml";
import { ContractError, type Finding, type Place } from "./finding.ts";
import { childOf, isObject, type JsonObject, type JsonValue, pointerOf, segmentsOf } from "./json.ts";
import { bundle } from "./reading/bundle.ts";
import { decodedText, localFiles, type ReadText } from "./reading/files.ts";
import type { Origins } from "./reading/origins.ts";
import { readYaml } from "./reading/yaml.ts";

export type { Place } from "./finding.ts";
export { isObject, type JsonObject, type JsonValue, pointerOf, segmentsOf } from "./json.ts";

interface Node {
  /** No reference is on the way to it. */
  readonly pointer: string;
  readonly value: JsonValue | undefined;
}

export class Source {
  readonly file: string;
  /** As written; for a document of several files, the one document that they make. */
  readonly text: string;
  /** With references within the document only. */
  readonly root: JsonObject;
  readonly #origins: Origins = new WeakMap();

  /**
   * @param read gives the files that the document refers to
   * @throws ContractError with all findings about the YAML and the references
   */
  constructor(file: string, text: string, read: ReadText = localFiles(file)) {
    const { value, findings } = readYaml(file, text, this.#origins);
    if (findings.length > 0) throw new ContractError(findings);
    if (!isObject(value)) throw new ContractError([noMapping(file)]);
    const { root, isComposed, findings: broken } = bundle(file, value, read, this.#origins);
    if (broken.length > 0) throw new ContractError(broken);
    this.file = file;
    this.text = isComposed ? stringify(root, { aliasDuplicateObjects: false }) : text;
    this.root = root;
  }

  static read(file: string): Source {
    const text = decodedText(readFileSync(file), file);
    if (typeof text === "string") return new Source(file, text);
    throw new ContractError([{ file, line: 1, pointer: "", ...text }]);
  }

  /** The place of `pointer`, references followed on the way; or of its nearest ancestor that exists. */
  place(pointer: string): Place {
    let value: JsonValue | undefined = this.root;
    let { file, line } = this.#origins.get(this.root) ?? { file: this.file, line: 1 };
    for (const segment of segmentsOf(pointer)) {
      const owner = this.#end(value);
      value = childOf(owner, segment);
      if (value === undefined || typeof owner !== "object" || owner === null) break;
      const [around, own] = [owner, value].map((one) =>
        typeof one === "object" && one ? this.#origins.get(one) : undefined,
      );
      // A part of another file begins there; any other at its key.
      if (own && own.file !== around?.file) ({ file, line } = own);
      else if (around)
        ({ file, line } = { file: around.file, line: around.lines.get(segment) ?? around.line });
    }
    return { file, line, pointer };
  }

  /** The value at `pointer`, references followed on the way but not at its end. */
  at(pointer: string): JsonValue | undefined {
    return this.#find(pointer).value;
  }

  /** The value at `pointer`, references followed, and where it is. */
  resolve(pointer: string): Node {
    return this.#followed(this.#find(pointer));
  }

  #end(value: JsonValue | undefined): JsonValue | undefined {
    return this.#followed({ pointer: "", value }).value;
  }

  /** @param underway references that are being followed: those of an example may lead back to themselves */
  #find(pointer: string, underway = new Set<JsonValue>()): Node {
    let here: Node = { pointer: "", value: this.root };
    for (const segment of segmentsOf(pointer)) {
      const owner = this.#followed(here, underway);
      here = { pointer: owner.pointer + pointerOf(segment), value: childOf(owner.value, segment) };
    }
    return here;
  }

  #followed(node: Node, underway = new Set<JsonValue>()): Node {
    const { value } = node;
    if (!isObject(value) || typeof value.$ref !== "string" || !value.$ref.startsWith("#")) return node;
    if (underway.has(value)) return node;
    underway.add(value);
    const end = this.#followed(this.#find(decodedPointer(value.$ref), underway), underway);
    underway.delete(value);
    return end;
  }
}

function decodedPointer(reference: string): string {
  try {
    return decodeURIComponent(reference.slice(1));
  } catch {
    return reference.slice(1);
  }
}

function noMapping(file: string): Finding {
  return {
    rule: "yaml",
    file,
    line: 1,
    pointer: "",
    message: "is no mapping",
    fix: 'begin with "asyncapi: 3.1.0"',
  };
}
