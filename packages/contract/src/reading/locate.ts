/** Finds what references lead to, in the document or in another file. */
import { posix } from "node:path";
import type { Finding } from "../finding.ts";
import { childOf, isObject, type JsonObject, type JsonValue, pointerOf, segmentsOf } from "../json.ts";
import { isRemote, type ReadText, type Refusal } from "./files.ts";
import { kindAt } from "./grammar.ts";
import { lineOf, type Origins } from "./origins.ts";
import { decoded } from "./tree.ts";
import { readYaml } from "./yaml.ts";

export interface Location {
  readonly file: string;
  /** The path to it contains no reference, but the value may be one. */
  readonly pointer: string;
  readonly value: JsonValue;
}

export interface Reference extends JsonObject {
  readonly $ref: string;
}

export function isReference(value: JsonValue | undefined): value is Reference {
  return isObject(value) && typeof value.$ref === "string";
}

export class Locator {
  readonly findings: Finding[] = [];
  /** Parts that are not errors, but have no effect. */
  readonly notes: Finding[] = [];
  /** Whether another file was read. */
  isComposed = false;
  /** By name; undefined where a file could not be read. */
  readonly #files = new Map<string, JsonValue | undefined>();
  readonly #read: ReadText;
  readonly #origins: Origins;
  readonly #targets = new Map<Reference, Location | undefined>();
  readonly #underway = new Set<Reference>();
  /** Endless references that were already reported. */
  readonly #endless = new Set<JsonValue>();
  readonly #noted = new Set<Reference>();

  constructor(file: string, root: JsonObject, read: ReadText, origins: Origins) {
    this.#files.set(file, root);
    this.#read = read;
    this.#origins = origins;
  }

  /** What `reference`, at `pointer` of `file`, names: it may be another reference. Undefined after a finding. */
  target(reference: Reference, file: string, pointer: string): Location | undefined {
    if (this.#targets.has(reference)) return this.#targets.get(reference);
    this.#underway.add(reference);
    const found = this.#find(reference, file, pointer);
    this.#underway.delete(reference);
    this.#targets.set(reference, found);
    return found;
  }

  /** The value at `location`, after following references to the end. Undefined after a finding. */
  end(location: Location): Location | undefined {
    const seen = new Set<JsonValue>();
    for (let here: Location | undefined = location; here; ) {
      const { value, file, pointer }: Location = here;
      if (!isReference(value)) return here;
      if (this.#endless.has(value)) return undefined;
      if (seen.has(value) || this.#underway.has(value)) {
        for (const one of [value, ...seen]) this.#endless.add(one);
        return this.#refuse(value, file, pointer, circular);
      }
      seen.add(value);
      here = this.target(value, file, pointer);
    }
    return undefined;
  }

  /** A reference that leads back to itself cannot be copied. */
  refuseCircle(reference: Reference, file: string, pointer: string): Reference {
    this.#refuse(reference, file, pointer, circular);
    return reference;
  }

  /** Reports, once, that a reference leads to a part of the wrong kind; parts of unknown kind are accepted. */
  checkKind(reference: Reference, file: string, pointer: string, kind: string, target: Location): boolean {
    const root = this.#files.get(target.file);
    const found = isObject(root) && "asyncapi" in root ? kindAt(root, target.pointer) : undefined;
    if (found === undefined || found === kind) return true;
    this.#refuse(reference, file, pointer, {
      rule: "references",
      message: `refers to ${partOf(found)}, where ${partOf(kind)} is expected`,
      fix: "correct the reference",
    });
    return false;
  }

  /** Notes, once, the keys beside `$ref`. */
  noteIgnored(reference: Reference, file: string, pointer: string): void {
    if (this.#noted.has(reference)) return;
    this.#noted.add(reference);
    for (const key of Object.keys(reference).filter((one) => one !== "$ref")) {
      this.notes.push({
        rule: "references",
        file,
        line: lineOf(this.#origins, reference, key)?.line ?? 1,
        pointer: pointer + pointerOf(key),
        message: `"${key}" beside "$ref" has no effect: AsyncAPI ignores whatever stands beside a reference`,
        fix: "say it in the part that is referred to, or write that part out here",
      });
    }
  }

  #find(reference: Reference, file: string, pointer: string): Location | undefined {
    const [path = "", fragment = ""] = reference.$ref.split(/#(.*)/s);
    const other = path === "" ? file : fileOf(path, file);
    if (typeof other !== "string") return this.#refuse(reference, file, pointer, other);
    const value = this.#load(other, reference, file, pointer);
    if (value === undefined) return undefined;
    const segments = fragment === "" || fragment.startsWith("/") ? segmentsOf(decoded(fragment)) : undefined;
    if (!segments) return this.#refuse(reference, file, pointer, broken);
    let here: Location = { file: other, pointer: "", value };
    for (const segment of segments) {
      const owner = this.end(here);
      if (!owner) return undefined;
      const child = childOf(owner.value, segment);
      if (child === undefined)
        return this.#refuse(reference, file, pointer, {
          ...broken,
          cause: `${owner.file}#${owner.pointer}${pointerOf(segment)}`,
        });
      here = { file: owner.file, pointer: owner.pointer + pointerOf(segment), value: child };
    }
    if (here.value === reference) return this.#refuse(reference, file, pointer, circular);
    return here;
  }

  #load(name: string, reference: Reference, file: string, pointer: string): JsonValue | undefined {
    if (this.#files.has(name)) return this.#files.get(name);
    this.isComposed = true;
    const text = this.#read(name);
    this.#files.set(name, undefined);
    if (typeof text !== "string") return this.#refuse(reference, file, pointer, text);
    const { value, findings } = readYaml(name, text, this.#origins);
    this.findings.push(...findings);
    if (findings.length > 0) return undefined;
    this.#files.set(name, value);
    return value;
  }

  #refuse(
    reference: Reference,
    file: string,
    pointer: string,
    refusal: Refusal & Pick<Finding, "cause">,
  ): undefined {
    const line = lineOf(this.#origins, reference, "$ref")?.line ?? 1;
    const message = `"${reference.$ref}" ${refusal.message}`;
    this.findings.push({ ...refusal, file, line, pointer, message });
    return undefined;
  }
}

/** `a message binding`, `the mapping of channels`. */
function partOf(kind: string): string {
  const words = kind.replace("{}", "").replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
  if (kind.endsWith("{}")) return `a mapping of ${words}s`;
  return ["document", "info", "components", "externalDocs"].includes(kind)
    ? `the ${words}`
    : `${/^[aeiou]/.test(words) ? "an" : "a"} ${words}`;
}

/** The name of the file at `path`, which is relative to `from`. */
function fileOf(path: string, from: string): string | Refusal {
  if (isRemote(path)) return path;
  if (isRemote(from)) return urlOf(path, from);
  if (/^[a-z][a-z0-9+.-]*:|^[/\\]/i.test(path)) {
    return {
      rule: "references",
      message: "is not a relative path",
      fix: 'write a relative path with "/", e.g. "./schemas/money.yaml"',
    };
  }
  return posix.join(posix.dirname(from.replaceAll("\\", "/")), decoded(path));
}

function urlOf(path: string, from: string): string | Refusal {
  const url = URL.parse(path, from)?.href;
  if (url !== undefined && isRemote(url)) return url;
  const message = "is not fetched: only http and https are";
  return { rule: "remote-references", message, fix: "copy the document beside the one that refers" };
}

const broken: Refusal = {
  rule: "references",
  message: "does not resolve",
  fix: 'correct it: "#/…" names a part of this file, "path/of/file.yaml#/…" of another',
};

const circular: Refusal = {
  rule: "references",
  message: "refers to itself through other references",
  fix: "replace one of the references with the part itself",
};
