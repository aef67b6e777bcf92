/** JSON as lines, each with the place that it belongs to. */
import type { Json } from "./payload-schemas.ts";

export interface JsonLine {
  readonly text: string;
  readonly depth: number;
  /** JSON pointer of the value, or of the structure that begins or ends here. */
  readonly pointer: string;
}

export function jsonLines(value: Json): JsonLine[] {
  const lines: JsonLine[] = [];
  write(value, "", "", 0, "", lines);
  return lines;
}

function write(
  value: Json,
  name: string,
  pointer: string,
  depth: number,
  comma: string,
  lines: JsonLine[],
): void {
  const key = name === "" ? "" : `${JSON.stringify(name)}: `;
  if (typeof value !== "object" || value === null) {
    lines.push({ text: `${key}${JSON.stringify(value)}${comma}`, depth, pointer });
    return;
  }
  const list = isList(value);
  const entries: [string, Json][] = list
    ? value.map((item, at) => [String(at), item])
    : Object.entries(value);
  const [open, close] = list ? "[]" : "{}";
  if (entries.length === 0) {
    lines.push({ text: `${key}${open}${close}${comma}`, depth, pointer });
    return;
  }
  lines.push({ text: `${key}${open}`, depth, pointer });
  for (const [at, [entry, part]] of entries.entries()) {
    const more = at < entries.length - 1 ? "," : "";
    write(part, list ? "" : entry, `${pointer}/${escaped(entry)}`, depth + 1, more, lines);
  }
  lines.push({ text: `${close}${comma}`, depth, pointer });
}

const isList = (value: Json): value is readonly Json[] => Array.isArray(value);
const escaped = (name: string) => name.replaceAll("~", "~0").replaceAll("/", "~1");

/** Whether the line is part of what stands at `place`. */
export function isIn({ pointer }: JsonLine, place: string | undefined): boolean {
  return place !== undefined && (pointer === place || pointer.startsWith(`${place}/`));
}

/** The place, or the closest around it that is there: a missing field is marked at the object that lacks it. */
export function closest(lines: readonly JsonLine[], place: string): string {
  let at = place;
  while (at !== "" && !lines.some(({ pointer }) => pointer === at)) at = at.slice(0, at.lastIndexOf("/"));
  return at;
}

/** The place in a schema that a place in a value falls under; as far as it leads without alternatives. */
export function schemaPlace(schema: Json, place: string): string {
  let at = "";
  let part: Json | undefined = schema;
  for (const segment of place.split("/").slice(1)) {
    const next: string | undefined = stepOf(part, segment);
    if (next === undefined) return at;
    at += next;
    part = valueAt(schema, at);
  }
  return at;
}

function stepOf(schema: Json | undefined, segment: string): string | undefined {
  if (has(schema, "properties") && has(schema.properties, unescaped(segment)))
    return `/properties/${segment}`;
  if (has(schema, "items") && /^\d+$/.test(segment)) return "/items";
  return undefined;
}

function valueAt(value: Json, pointer: string): Json | undefined {
  let part: Json | undefined = value;
  for (const segment of pointer.split("/").slice(1))
    part = has(part, unescaped(segment)) ? part[unescaped(segment)] : undefined;
  return part;
}

const unescaped = (segment: string) => segment.replaceAll("~1", "/").replaceAll("~0", "~");

function has<Name extends string>(
  value: Json | undefined,
  name: Name,
): value is { readonly [name: string]: Json } & { readonly [key in Name]: Json } {
  return typeof value === "object" && value !== null && Object.hasOwn(value, name);
}
