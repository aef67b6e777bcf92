/** Valid values of each keyword, and contradictions between keywords. */
import { isObject, type JsonObject, type JsonValue } from "../source.ts";
import { isJsonType, jsonTypes } from "./keywords.ts";
import { formatNames, isNumberFormat, numberFormats } from "./node.ts";
import { costOf } from "./pattern-cost.ts";

/** The problem with a single keyword's value; undefined if it is valid. */
export function valueProblem(keyword: string, value: JsonValue): string | undefined {
  const wanted = wantedValues.get(keyword);
  return wanted === undefined || wanted.test(value) ? undefined : `must be ${wanted.description}`;
}

interface Wanted {
  readonly description: string;
  test(value: JsonValue): boolean;
}

const count: Wanted = {
  description: "an integer of 0 or more",
  test: (value) => Number.isSafeInteger(value) && Number(value) >= 0,
};
const number: Wanted = { description: "a finite number", test: (value) => Number.isFinite(value) };
const boolean: Wanted = { description: "true or false", test: (value) => typeof value === "boolean" };
const text: Wanted = { description: "a string", test: (value) => typeof value === "string" };
const schemas: Wanted = {
  description: "a list of at least one schema",
  test: (value) => Array.isArray(value) && value.length > 0,
};
const object: Wanted = { description: "a mapping", test: isObject };

const wantedValues: ReadonlyMap<string, Wanted> = new Map(
  Object.entries<Wanted>({
    title: text,
    description: text,
    $comment: text,
    examples: { description: "a list", test: Array.isArray },
    deprecated: boolean,
    readOnly: boolean,
    writeOnly: boolean,
    type: {
      description: `one of ${jsonTypes.join(", ")}, or a list of different ones`,
      test: (value) => isJsonType(value) || (isUniqueList(value) && value.every(isJsonType)),
    },
    enum: { description: "a list of different strings, numbers, booleans or null", test: isScalarList },
    const: { description: "a string, a number, a boolean or null", test: isScalar },
    $ref: text,
    oneOf: schemas,
    anyOf: schemas,
    allOf: schemas,
    minimum: number,
    maximum: number,
    exclusiveMinimum: number,
    exclusiveMaximum: number,
    multipleOf: {
      description: "a number above 0",
      test: (value) => Number.isFinite(value) && Number(value) > 0,
    },
    minLength: count,
    maxLength: count,
    pattern: { description: "a regular expression that is valid with the u flag", test: isPattern },
    format: {
      description: `one of ${[...formatNames, ...Object.keys(numberFormats)].join(", ")}`,
      test: (value) => formatNames.some((name) => name === value) || isNumberFormat(value),
    },
    minItems: count,
    maxItems: count,
    uniqueItems: boolean,
    properties: object,
    required: {
      description: "a list of different property names",
      test: (value) => Array.isArray(value) && new Set(value).size === value.length && value.every(text.test),
    },
    minProperties: count,
    maxProperties: count,
  }),
);

/** Of a regular expression, which take about 20 ms. */
const mostSteps = 4_000_000;

/** Why a valid pattern must not be run on received data; undefined if it is safe. */
export function patternProblem({ pattern, maxLength }: JsonObject): string | undefined {
  if (typeof pattern !== "string" || !isPattern(pattern)) return undefined;
  const cost = costOf(pattern);
  if (typeof cost === "number") {
    const longest = Math.floor(mostSteps ** (1 / cost));
    if (numeric(maxLength) <= longest) return undefined;
    return `takes time that grows with the text's length to the power of ${cost}: its loops can match the same text in many ways. Only a maxLength of ${longest} or less bounds that`;
  }
  switch (cost) {
    case "harmless":
      return undefined;
    case "exponential":
      return "can take exponential time: a loop in it can match the same text in two ways";
    case "unknown":
      return "cannot be shown to end in time: it has a back reference, or is too large to be judged";
  }
}

/** Pairs of keywords of which the first must not exceed the second. */
const bounds = [
  ["minLength", "maxLength"],
  ["minItems", "maxItems"],
  ["minProperties", "maxProperties"],
  ["minimum", "maximum"],
] as const;
/** Pairs that no value satisfies even if they are equal. */
const exclusiveBounds = [
  ["minimum", "exclusiveMaximum"],
  ["exclusiveMinimum", "maximum"],
  ["exclusiveMinimum", "exclusiveMaximum"],
] as const;

/** Pairs of bounds that no value satisfies. */
export function contradictions(schema: JsonObject): { keyword: string; message: string }[] {
  const found = [
    ...bounds.filter(([low, high]) => numeric(schema[low]) > numeric(schema[high])),
    ...exclusiveBounds.filter(([low, high]) => numeric(schema[low]) >= numeric(schema[high])),
  ];
  return found.map(([low, high]) => ({
    keyword: low,
    message: `no value satisfies both ${low} ${schema[low]} and ${high} ${schema[high]}`,
  }));
}

/** NaN for an absent bound: every comparison with it is false. */
function numeric(value: JsonValue | undefined): number {
  return typeof value === "number" ? value : Number.NaN;
}

export function isScalar(value: JsonValue): value is string | number | boolean | null {
  return typeof value === "number" ? Number.isFinite(value) : value === null || typeof value !== "object";
}

function isUniqueList(value: JsonValue): value is JsonValue[] {
  return Array.isArray(value) && value.length > 0 && new Set(value).size === value.length;
}

function isScalarList(value: JsonValue): boolean {
  return isUniqueList(value) && value.every(isScalar);
}

function isPattern(value: JsonValue): boolean {
  if (typeof value !== "string") return false;
  try {
    new RegExp(value, "u");
    return true;
  } catch {
    // The engine's message differs between runtimes; the finding quotes the pattern.
    return false;
  }
}
