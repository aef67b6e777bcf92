/** Turns Ajv's errors into one problem per cause. */
import type { ErrorObject } from "ajv";
import { mostSimilar } from "../compatibility/similarity.ts";
import { isWithin, pointerOf } from "../json.ts";
import { listed } from "../listed.ts";

export interface SchemaProblem {
  readonly pointer: string;
  readonly message: string;
  /** What to do, if the schema says so. */
  readonly fix?: string;
}

/** Types of JSON Schema in the words of YAML. */
const types: Readonly<Record<string, string>> = {
  string: "a string",
  integer: "an integer",
  number: "a number",
  boolean: "true or false",
  object: "a mapping",
  array: "a list",
  null: "null",
};

/** @param errors of an Ajv with `verbose` */
export function problemsOf(errors: readonly ErrorObject[]): SchemaProblem[] {
  const found = causes(errors);
  const missing = Map.groupBy(
    found.filter(({ keyword }) => keyword === "required"),
    ({ instancePath }) => instancePath,
  );
  // A misspelled key is also reported as missing.
  const misspelled = new Map(
    found.flatMap((error) => {
      const absent =
        error.keyword === "additionalProperties" ? missing.get(error.instancePath)?.shift() : undefined;
      return absent ? [[error, absent] as const] : [];
    }),
  );
  const told = new Set(misspelled.values());
  const problems = found
    .filter((error) => !told.has(error))
    .map((error): SchemaProblem => {
      const problem = problemOf(error);
      const absent = misspelled.get(error);
      return absent
        ? { ...problem, message: `${problem.message}, and ${problemOf(absent).message}` }
        : problem;
    });
  return [...new Map(problems.map((one) => [`${one.pointer}\n${one.message}`, one])).values()];
}

export function unknownKey(key: string): string {
  return `"${key}" is unknown here`;
}

/** The most specific one of errors that follow from each other. */
function causes(errors: readonly ErrorObject[]): ErrorObject[] {
  const found: ErrorObject[] = [];
  for (const error of errors) {
    // Each of these accompanies a more specific error.
    if (["if", "propertyNames"].includes(error.keyword)) continue;
    if (isChoice(error)) {
      const before = found.filter(({ instancePath }) => !isWithin(instancePath, error.instancePath));
      found.splice(0, found.length, ...before);
    }
    found.push(error);
  }
  return found.filter((error) => !found.some((other) => saysMore(other, error)));
}

function saysMore(other: ErrorObject, error: ErrorObject): boolean {
  if (isChoice(error)) return !isChoice(other) && isWithin(other.instancePath, error.instancePath);
  return error.keyword === "type" && other.keyword === "enum" && other.instancePath === error.instancePath;
}

function isChoice({ keyword }: ErrorObject): boolean {
  return keyword === "oneOf" || keyword === "anyOf";
}

function problemOf({
  instancePath,
  keyword,
  params,
  propertyName,
  parentSchema,
  message = keyword,
}: ErrorObject): SchemaProblem {
  switch (keyword) {
    case "additionalProperties": {
      const key = String(params.additionalProperty);
      return {
        pointer: instancePath + pointerOf(key),
        message: unknownKey(key),
        ...withFix(key, Object.keys(parentSchema?.properties ?? {})),
      };
    }
    case "type":
      return {
        pointer: instancePath,
        message: `must be ${listed(
          [params.type].flat().map((one) => types[one] ?? one),
          "or",
        )}`,
      };
    case "required":
      return { pointer: instancePath, message: `"${params.missingProperty}" is missing` };
    case "const":
      return { pointer: instancePath, message: `must be ${JSON.stringify(params.allowedValue)}` };
    case "enum":
      return { pointer: instancePath, message: `must be one of ${JSON.stringify(params.allowedValues)}` };
    case "oneOf":
    case "anyOf":
      return { pointer: instancePath, message: "fits none of the forms that it may have" };
    default:
      return {
        pointer: instancePath,
        message: propertyName === undefined ? message : `the name ${JSON.stringify(propertyName)} ${message}`,
      };
  }
}

/** What to write instead of a key that is unknown. */
function withFix(key: string, known: readonly string[]): { readonly fix?: string } {
  if (known.length === 0) return {};
  const meant = mostSimilar(
    key,
    known.map((name) => ({ name })),
  );
  if (meant) return { fix: `write "${meant.name}", or remove it` };
  return { fix: `remove it, or use one of ${known.join(", ")}` };
}
