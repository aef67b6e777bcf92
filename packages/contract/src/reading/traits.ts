/**
 * Merges the traits of operations and messages into them (JSON Merge Patch, RFC 7396). In AsyncAPI 3 an operation's or
 * message's own values take precedence; in AsyncAPI 2 those of its traits do.
 */
import { isObject, type JsonObject, type JsonValue, setOwn } from "../json.ts";
import { kindOf } from "./grammar.ts";
import { inheritOrigin, type Line, lineOf, type Origins } from "./origins.ts";
import { Tree } from "./tree.ts";

/** The document without traits; itself if it has none. */
export function withoutTraits(root: JsonObject, origins: Origins): JsonObject {
  const merger = new Merger(new Tree(root, origins), origins, String(root.asyncapi).startsWith("2."));
  const merged = merger.merged(root, "document");
  if (!merger.found || !isObject(merged)) return root;
  const { components } = merged;
  if (!isObject(components)) return merged;
  const { operationTraits, messageTraits, ...others } = components;
  const untraited = { ...merged, components: inheritOrigin(origins, others, components) };
  return inheritOrigin(origins, untraited, root);
}

/** Where operations and messages are. */
const owners = new Set(["document", "components", "channel", "operation", "message"]);

class Merger {
  found = false;
  readonly #tree: Tree;
  readonly #origins: Origins;
  readonly #traitsWin: boolean;
  /** The pairs that are being merged. */
  readonly #underway: [JsonObject, JsonObject][] = [];

  constructor(tree: Tree, origins: Origins, traitsWin: boolean) {
    this.#tree = tree;
    this.#origins = origins;
    this.#traitsWin = traitsWin;
  }

  merged(value: JsonValue, kind: string): JsonValue {
    if (!owners.has(kind.replace("{}", ""))) return value;
    if (Array.isArray(value))
      return inheritOrigin(
        this.#origins,
        value.map((item) => this.merged(item, kind)),
        value,
      );
    if (!isObject(value) || typeof value.$ref === "string") return value;
    const copy: JsonObject = {};
    for (const [key, item] of Object.entries(value)) {
      const inner = kindOf(kind, key);
      setOwn(copy, key, inner === undefined ? item : this.merged(item, inner));
    }
    inheritOrigin(this.#origins, copy, value);
    const { traits, ...own } = copy;
    if (!Array.isArray(traits) || !(kind === "operation" || kind === "message")) return copy;
    this.found = true;
    inheritOrigin(this.#origins, own, value);
    const patches = traits
      .map((trait) => this.#tree.followed({ pointer: "", value: trait }).value)
      .filter(isObject);
    const whole = (this.#traitsWin ? [own, ...patches] : [...patches, own]).reduce((base, patch) =>
      this.#patched(base, patch),
    );
    const origin = this.#origins.get(value);
    const others = this.#origins.get(whole)?.others;
    if (origin && others) this.#origins.set(whole, { ...origin, others });
    return whole;
  }

  /** `base` with what `patch` says, its null for nothing. */
  #patched(base: JsonObject, patch: JsonObject): JsonObject {
    const merged: JsonObject = {};
    const others = new Map<string, Line>();
    const take = (key: string, value: JsonValue, owner: JsonObject) => {
      const line = lineOf(this.#origins, owner, key);
      if (line) others.set(key, line);
      setOwn(merged, key, value);
    };
    for (const [key, value] of Object.entries(base)) {
      const patching = Object.hasOwn(patch, key) ? patch[key] : undefined;
      if (patching === undefined) take(key, value, base);
      else if (patching === null) continue;
      else take(key, this.#merge(value, patching), patch);
    }
    for (const [key, value] of Object.entries(patch)) {
      if (!Object.hasOwn(base, key)) take(key, value, patch);
    }
    const origin = this.#origins.get(patch);
    if (origin) this.#origins.set(merged, { ...origin, others });
    return merged;
  }

  #merge(base: JsonValue, patch: JsonValue): JsonValue {
    const [below, above] = [base, patch].map((value) => this.#tree.followed({ pointer: "", value }).value);
    if (!isObject(below) || !isObject(above) || below === above) return patch;
    // Two recursive schemas have no merged schema of finite size.
    if (this.#underway.some(([one, other]) => one === below && other === above)) return patch;
    this.#underway.push([below, above]);
    const merged = this.#patched(below, above);
    this.#underway.pop();
    return merged;
  }
}
