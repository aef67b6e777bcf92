/** JSON as lines, each with the place that it belongs to. */
import type { Json } from "./payload-schemas.ts";

export interface JsonLine {
  readonly text: string;
  readonly depth: number;
  /** JSON pointer of the value, or of the structure that begins or ends here. */
  readonly pointer: string;
}

/** Longer texts, and what is nested deeper, are shortened: a message may hold anything. */
const longest = 2_000;
const deepest = 100;

export function jsonLines(value: Json): JsonLine[] {
  const lines: JsonLine[] = [];
  write({ value, key: "", pointer: "", depth: 0, comma: "" }, lines);
  return lines;
}

interface Part {
  readonly value: Json;
  /** With a colon; empty in a list. */
  readonly key: string;
  readonly pointer: string;
  readonly depth: number;
  readonly comma: string;
}

function write({ value, key, pointer, depth, comma }: Part, lines: JsonLine[]): void {
  const add = (text: string) => lines.push({ text, depth, pointer });
  if (typeof value !== "object" || value === null) {
    add(`${key}${shortened(JSON.stringify(value))}${comma}`);
    return;
  }
  const list = isList(value);
  const [open, close] = list ? "[]" : "{}";
  const entries = Object.entries<Json>(value);
  if (entries.length === 0 || depth === deepest) {
    add(`${key}${open}${entries.length === 0 ? "" : "…"}${close}${comma}`);
    return;
  }
  add(`${key}${open}`);
  for (const [at, [name, part]] of entries.entries())
    write(
      {
        value: part,
        key: list ? "" : `${shortened(JSON.stringify(name))}: `,
        pointer: `${pointer}/${escaped(name)}`,
        depth: depth + 1,
        comma: at < entries.length - 1 ? "," : "",
      },
      lines,
    );
  add(`${close}${comma}`);
}

function shortened(text: string): string {
  if (text.length <= longest) return text;
  return `${text.slice(0, longest)}… (${text.length.toLocaleString("en")} characters)`;
}

const isList = (value: Json): value is readonly Json[] => Array.isArray(value);
const escaped = (name: string) => name.replaceAll("~", "~0").replaceAll("/", "~1");

/** Whether the line is part of what stands at `place`. */
export function isIn({ pointer }: JsonLine, place: string | undefined): boolean {
  return place !== undefined && (pointer === place || pointer.startsWith(`${place}/`));
}

/** The place, or the closest around it that is there: a missing field is marked at the object that lacks it. */
export function closest(value: Json, place: string): string {
  let at = "";
  let part: Json | undefined = value;
  for (const segment of place.split("/").slice(1, deepest + 1)) {
    if (!has(part, unescaped(segment))) break;
    part = part[unescaped(segment)];
    at += `/${segment}`;
  }
  return at;
}

/** The place in a schema that a place in a value falls under; as far as it leads without alternatives. */
export function schemaPlace(schema: Json, place: string): string {
  let at = "";
  let part: Json | undefined = schema;
  for (const segment of place.split("/").slice(1)) {
    const name = unescaped(segment);
    if (has(part, "properties") && has(part.properties, name)) {
      at += `/properties/${segment}`;
      part = part.properties[name];
    } else if (has(part, "items") && /^\d+$/.test(segment)) {
      at += "/items";
      part = part.items;
    } else return at;
  }
  return at;
}

const unescaped = (segment: string) => segment.replaceAll("~1", "/").replaceAll("~0", "~");

function has<Name extends string>(
  value: Json | undefined,
  name: Name,
): value is { readonly [name: string]: Json } & { readonly [key in Name]: Json } {
  return typeof value === "object" && value !== null && Object.hasOwn(value, name);
}
