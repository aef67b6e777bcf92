/**
 * Combines a document and the files that it refers to into one document. A part of another file replaces the reference
 * if the reference's place has a name, like `channels.x`; other references point to a copy under `components`.
 * References within the document stay as they are.
 */
import { posix } from "node:path";
import type { Finding } from "../finding.ts";
import {
  isObject,
  type JsonObject,
  type JsonValue,
  mapping,
  pointerOf,
  segmentsOf,
  setOwn,
} from "../json.ts";
import type { ReadText } from "./files.ts";
import { homes, isForeign, kindOf } from "./grammar.ts";
import { isReference, type Location, Locator, type Reference } from "./locate.ts";
import { bundledName } from "./names.ts";
import { inheritOrigin, type Origins } from "./origins.ts";

export interface Bundle {
  readonly root: JsonObject;
  /** Whether it has parts of other files. */
  readonly isComposed: boolean;
  readonly findings: readonly Finding[];
  readonly notes: readonly Finding[];
}

/** @param file of `root`; the paths of its references are relative to it */
export function bundle(file: string, root: JsonObject, read: ReadText, origins: Origins): Bundle {
  return new Bundler(posix.normalize(file.replaceAll("\\", "/")), root, read, origins).bundle();
}

interface Pending {
  readonly part: Location;
  readonly kind: string;
  readonly home: string;
  readonly name: string;
}

class Bundler {
  readonly #file: string;
  readonly #root: JsonObject;
  readonly #origins: Origins;
  readonly #locator: Locator;
  /** Where parts of other files are in the bundle, by `file#pointer`. */
  readonly #placed = new Map<string, string>();
  /** Parts that are still to be copied into the components, and the names taken there. */
  readonly #pending: Pending[] = [];
  readonly #names = new Map<string, Set<string>>();
  /** Parts of other files that are being copied to where they are referred to. */
  readonly #inlined = new Set<string>();

  constructor(file: string, root: JsonObject, read: ReadText, origins: Origins) {
    this.#file = file;
    this.#root = root;
    this.#origins = origins;
    this.#locator = new Locator(file, root, read, origins);
  }

  bundle(): Bundle {
    for (const [pointer, kind, reference] of namedReferences(this.#root)) {
      if (!reference.$ref.startsWith("#")) this.#placeAt(pointer, kind, reference);
    }
    const root = this.#copyObject(this.#root, "document", this.#file, "", "");
    const added: JsonObject = {};
    for (let next = this.#pending.shift(); next; next = this.#pending.shift()) {
      const { home, name, part, kind } = next;
      const group = mapping(added[home]);
      added[home] = group;
      setOwn(group, name, this.#copy(part, kind, pointerOf("components", home, name)));
    }
    const { findings, notes, isComposed } = this.#locator;
    return { root: this.#withComponents(root, added), isComposed, findings, notes };
  }

  #withComponents(root: JsonObject, added: JsonObject): JsonObject {
    const groups = Object.entries(added);
    if (groups.length === 0) return root;
    const components = mapping(root.components);
    const whole = this.#merged(
      components,
      Object.fromEntries(
        groups.map(([home, parts]) => {
          const group = components[home];
          return [home, isObject(group) && isObject(parts) ? this.#merged(group, parts) : parts];
        }),
      ),
    );
    return this.#merged(root, { components: whole });
  }

  #merged(object: JsonObject, others: JsonObject): JsonObject {
    return inheritOrigin(this.#origins, { ...object, ...others }, object);
  }

  #placeAt(pointer: string, kind: string, reference: Reference): void {
    const target = this.#locator.target(reference, this.#file, pointer);
    const end = target && this.#locator.end(target);
    if (!target || !end) return;
    for (const location of [target, end]) {
      if (this.#pointerTo(location, kind) === undefined) this.#placed.set(keyOf(location), pointer);
    }
  }

  /**
   * The value itself where a copy would be the same, as in a document of one file.
   * @param pointer of the copy
   */
  #copy({ value, file, pointer: at }: Location, kind: string, pointer: string): JsonValue {
    if (Array.isArray(value)) {
      const list = value.map((item, index) =>
        this.#copy({ value: item, file, pointer: `${at}/${index}` }, kind, `${pointer}/${index}`),
      );
      if (list.every((item, index) => item === value[index])) return value;
      return inheritOrigin(this.#origins, list, value);
    }
    if (isReference(value)) return this.#reference(value, file, at, kind, pointer);
    return isObject(value) ? this.#copyObject(value, kind, file, at, pointer) : value;
  }

  #copyObject(object: JsonObject, kind: string, file: string, at: string, pointer: string): JsonObject {
    const changed = new Map<string, JsonValue | undefined>();
    for (const [key, value] of Object.entries(object)) {
      // What refers to them leads to a copy under the components.
      if (kind === "schema" && file !== this.#file && ["definitions", "$defs"].includes(key)) {
        changed.set(key, undefined);
        continue;
      }
      const inner = isForeign(object, key) ? undefined : kindOf(kind, key);
      if (inner === undefined || typeof value !== "object") continue;
      const step = pointerOf(key);
      const copied = this.#copy({ value, file, pointer: at + step }, inner, pointer + step);
      if (copied !== value) changed.set(key, copied);
    }
    if (changed.size === 0) return object;
    const copy: JsonObject = {};
    for (const [key, value] of Object.entries(object)) {
      const kept = changed.has(key) ? changed.get(key) : value;
      if (kept !== undefined) setOwn(copy, key, kept);
    }
    return inheritOrigin(this.#origins, copy, object);
  }

  /** The copy of a reference at `at` in `file`: another reference, or what it leads to. */
  #reference(reference: Reference, file: string, at: string, kind: string, pointer: string): JsonValue {
    // A schema says more there.
    if (kind !== "schema") this.#locator.noteIgnored(reference, file, at);
    const target = this.#locator.target(reference, file, at);
    const end = target && this.#locator.end(target);
    if (!target || !end || !this.#locator.checkKind(reference, file, at, kind, end)) return reference;
    if (file === this.#file && reference.$ref.startsWith("#")) return reference;
    const to = (place: string) => inheritOrigin(this.#origins, { $ref: `#${place}` }, reference);
    for (const location of [target, end]) {
      const placed = this.#pointerTo(location, kind);
      if (placed === pointer) return this.#copy(end, kind, pointer);
      if (placed !== undefined) return to(placed);
    }
    const home = homes[kind];
    if (home !== undefined && !isNamed(pointer)) {
      const name = this.#nameIn(home, end, kind);
      const place = pointerOf("components", home, name);
      for (const location of [target, end]) this.#placed.set(keyOf(location), place);
      this.#pending.push({ part: end, kind, home, name });
      return to(place);
    }
    if (this.#inlined.has(keyOf(end))) return this.#locator.refuseCircle(reference, file, at);
    if (home !== undefined) this.#placed.set(keyOf(end), pointer);
    this.#inlined.add(keyOf(end));
    const copy = this.#copy(end, kind, pointer);
    this.#inlined.delete(keyOf(end));
    return copy;
  }

  /** Where the bundle has `location`, itself or within a larger part. */
  #pointerTo({ file, pointer }: Location, kind: string): string | undefined {
    if (file === this.#file) return pointer;
    const segments = segmentsOf(pointer);
    for (let length = segments.length; length >= 0; length--) {
      const placed = this.#placed.get(`${file}#${pointerOf(...segments.slice(0, length))}`);
      const found = placed === undefined ? undefined : placed + pointerOf(...segments.slice(length));
      // Generated code is named after schemas, so each gets its own place.
      if (found !== undefined && (kind !== "schema" || isNamed(found))) return found;
    }
    return undefined;
  }

  #nameIn(home: string, part: Location, kind: string): string {
    const group = mapping(mapping(this.#root.components)[home]);
    const taken = this.#names.get(home) ?? new Set(Object.keys(group));
    this.#names.set(home, taken);
    const name = bundledName(part, kind, taken);
    taken.add(name);
    return name;
  }
}

function keyOf({ file, pointer }: Location): string {
  return `${file}#${pointer}`;
}

/** Whether the document itself gives a name to the part at `pointer`. */
function isNamed(pointer: string): boolean {
  const [first, second, ...rest] = segmentsOf(pointer);
  if (first === "components")
    return second !== undefined && kindOf("components", second) !== undefined && rest.length === 1;
  return (
    first !== undefined &&
    kindOf("document", first)?.endsWith("{}") === true &&
    second !== undefined &&
    rest.length === 0
  );
}

function* namedReferences(
  root: JsonObject,
): Generator<[pointer: string, kind: string, reference: Reference]> {
  const { components } = root;
  for (const [kind, prefix, owner] of [
    ["document", "", root],
    ["components", "/components", components],
  ] as const) {
    for (const [group, parts] of Object.entries(mapping(owner))) {
      const kindOfParts = kindOf(kind, group);
      if (!kindOfParts?.endsWith("{}") || !isObject(parts)) continue;
      for (const [name, part] of Object.entries(parts)) {
        if (isReference(part)) yield [prefix + pointerOf(group, name), kindOfParts.slice(0, -2), part];
      }
    }
  }
}
