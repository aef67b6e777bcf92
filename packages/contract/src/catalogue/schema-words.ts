/** A schema's constraints in words. */
import { isObject, type JsonObject, type JsonValue } from "../source.ts";
import { number } from "./words.ts";

type Resolve = (schema: JsonValue | undefined) => JsonObject;

/** e.g. `string`, `list of objects`, `integer or null`. */
export function typeOf(schema: JsonObject, resolve: Resolve, name?: string): string {
  const { type, format, items } = schema;
  if (type === "array") {
    const item = typeOf(resolve(items), resolve);
    return `list of ${item === "object" ? "objects" : item}`;
  }
  if (Array.isArray(type)) return type.join(" or ");
  if (typeof type === "string") return typeof format === "string" ? `${type} (${format})` : type;
  for (const keyword of ["oneOf", "anyOf"]) {
    const shapes = schema[keyword];
    if (Array.isArray(shapes)) return "one of several";
  }
  if (schema.allOf !== undefined || schema.properties !== undefined) return "object";
  return name ?? "anything";
}

/** Keywords shown elsewhere in the table. */
const toldElsewhere = new Set([
  ...["type", "format", "description", "title", "properties", "required", "items", "examples", "example"],
  ...["oneOf", "anyOf", "allOf", "$ref", "$id", "$schema"],
]);

/** Each limit as a phrase with `code` in backticks; a keyword without a phrase is shown as it is. */
export function limitsOf(schema: JsonObject, resolve: Resolve): string[] {
  const told = new Set(toldElsewhere);
  const limits: string[] = [];
  const say = (keywords: readonly string[], phrase: string | undefined) => {
    if (phrase === undefined) return;
    limits.push(phrase);
    for (const keyword of keywords) told.add(keyword);
  };
  say(["const"], schema.const === undefined ? undefined : `always ${code(schema.const)}`);
  say(["enum"], Array.isArray(schema.enum) ? schema.enum.map(code).join(" · ") : undefined);
  say(["minimum", "maximum"], range(schema.minimum, schema.maximum, ""));
  say(["exclusiveMinimum"], bound("more than", schema.exclusiveMinimum));
  say(["exclusiveMaximum"], bound("less than", schema.exclusiveMaximum));
  say(["multipleOf"], bound("a multiple of", schema.multipleOf));
  say(["minLength", "maxLength"], range(schema.minLength, schema.maxLength, " characters"));
  say(["minItems", "maxItems"], range(schema.minItems, schema.maxItems, " entries"));
  say(["minProperties", "maxProperties"], range(schema.minProperties, schema.maxProperties, " fields"));
  say(["uniqueItems"], schema.uniqueItems === true ? "no entry twice" : undefined);
  say(["pattern"], typeof schema.pattern === "string" ? `matches ${code(schema.pattern)}` : undefined);
  say(["default"], schema.default === undefined ? undefined : `${code(schema.default)} if absent`);
  say(["additionalProperties"], schema.additionalProperties === false ? "no other fields" : undefined);
  if (isObject(schema.additionalProperties)) told.add("additionalProperties");
  for (const [keyword, value] of Object.entries(schema)) {
    if (!told.has(keyword)) limits.push(`${keyword} ${code(value)}`);
  }
  const items = resolve(schema.items);
  if (schema.items === undefined || items.type === "object") return limits;
  return [...limits, ...limitsOf(items, resolve).map((limit) => `each ${limit}`)];
}

function code(value: JsonValue): string {
  return `\`${typeof value === "string" ? value : JSON.stringify(value)}\``;
}

function bound(words: string, value: JsonValue | undefined): string | undefined {
  return typeof value === "number" ? `${words} ${number(value)}` : undefined;
}

function range(low: JsonValue | undefined, high: JsonValue | undefined, unit: string): string | undefined {
  const [least, most] = [low, high].map((value) => (typeof value === "number" ? value : undefined));
  if (least !== undefined && most !== undefined) {
    return least === most ? `${number(least)}${unit}` : `${number(least)} to ${number(most)}${unit}`;
  }
  if (least !== undefined) return `at least ${number(least)}${unit}`;
  return most === undefined ? undefined : `at most ${number(most)}${unit}`;
}
