/** The values that the schemas of a contract accept, even if no check can be generated for some of them. */

import { childOf, isObject, type JsonObject, type JsonValue, pointerOf, segmentsOf } from "../json.ts";
import { type CheckSchema, compiledChecks } from "../schema/checks.ts";
import { findUnsupported, type Schemas } from "../schema/index.ts";
import { childrenOf, type Definitions, type SchemaFinding, type SchemaNode } from "../schema/node.ts";
import { parseSchema } from "../schema/parse.ts";
import { lenient } from "./containment/leniency.ts";
import type { Values } from "./containment/model.ts";
import { ValuesReader } from "./containment/values.ts";

export interface SchemaValues {
  values(name: string): Values;
  /** The check that services run; undefined for a schema that cannot be enforced completely. */
  check(name: string): ((value: unknown, closed: boolean) => ReturnType<CheckSchema>) | undefined;
}

const folder = ["components", "schemas"];

export function schemaValues(schemas: Schemas): SchemaValues {
  const read = readLeniently(schemas);
  const enforced = enforcedOnes(schemas);
  const check = compiledChecks(enforced);
  return {
    values: (name) => read.named(name),
    check: (name) =>
      Object.hasOwn(enforced, name) ? (value, closed) => check(name, value, closed) : undefined,
  };
}

function readLeniently(schemas: Schemas): ValuesReader {
  const names = new Set(Object.keys(schemas));
  const findings: SchemaFinding[] = [];
  const definitions = new Map<string, SchemaNode>();
  for (const [name, schema] of Object.entries(schemas)) {
    const parsed = parseSchema(lenient(schema), pointerOf(...folder, name), names);
    definitions.set(name, parsed.node);
    findings.push(...parsed.findings);
  }
  const unread = ownersOf(findings, definitions);
  return new ValuesReader(definitions, unread, ({ pointer }) => textAt(pointer, schemas));
}

/** Pointers of the schemas in which the findings are. */
function ownersOf(findings: readonly SchemaFinding[], definitions: Definitions): Set<string> {
  const pointers = new Set<string>();
  const collect = (node: SchemaNode): void => {
    pointers.add(node.pointer);
    for (const child of childrenOf(node)) collect(child);
  };
  for (const node of definitions.values()) collect(node);
  return new Set(
    findings.map(({ pointer }) => {
      const segments = segmentsOf(pointer);
      while (segments.length > 0 && !pointers.has(pointerOf(...segments))) segments.pop();
      return pointerOf(...segments);
    }),
  );
}

/** The schema at `pointer` as text, or the nearest one around it, with what it refers to. */
function textAt(pointer: string, schemas: Schemas): string {
  const [, , name = "", ...path] = segmentsOf(pointer);
  let here: JsonValue = schemas[name] ?? {};
  for (const segment of path) {
    const inner = childOf(here, segment);
    if (inner === undefined) break;
    here = inner;
  }
  return JSON.stringify(expanded(here, schemas, []));
}

/** With sorted keys and without descriptions. */
function expanded(value: JsonValue, schemas: Schemas, around: readonly string[]): JsonValue {
  if (Array.isArray(value)) return value.map((item) => expanded(item, schemas, around));
  if (!isObject(value)) return value;
  const name = typeof value.$ref === "string" ? segmentsOf(value.$ref.replace(/^#/, "")).at(-1) : undefined;
  const target = name !== undefined && !around.includes(name) ? schemas[name] : undefined;
  if (name !== undefined && target) return expanded(target, schemas, [...around, name]);
  const keys = Object.keys(value).filter((key) => !texts.has(key) || typeof value[key] !== "string");
  return Object.fromEntries(
    keys.sort().map((key) => {
      const inner = value[key] ?? null;
      return [key, data.has(key) ? inner : expanded(inner, schemas, around)];
    }),
  );
}

const texts = new Set(["title", "description", "$comment"]);
const data = new Set(["const", "enum", "default", "examples"]);

/** The schemas that can be compiled, with everything that they refer to. */
function enforcedOnes(schemas: Schemas): Schemas {
  let left = schemas;
  for (;;) {
    const broken = new Set(findUnsupported(left).map(({ pointer }) => segmentsOf(pointer)[2] ?? ""));
    const kept = Object.entries(left).filter(
      ([name, schema]) => !broken.has(name) && !refersTo(schema, broken),
    );
    if (broken.size === 0) return left;
    left = kept.length < Object.keys(left).length ? Object.fromEntries(kept) : {};
  }
}

function refersTo(schema: JsonObject, names: ReadonlySet<string>): boolean {
  return Object.entries(schema).some(([key, value]) => {
    if (key === "$ref" && typeof value === "string")
      return names.has(segmentsOf(value.slice(1)).at(-1) ?? "");
    return [value].flat().some((inner) => isObject(inner) && refersTo(inner, names));
  });
}
