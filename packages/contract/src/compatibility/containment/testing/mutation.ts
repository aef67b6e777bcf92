/** For tests: a schema with a few random changes. */
import fc from "fast-check";
import { schemasIn } from "../../../model/schemas.ts";
import { isObject, type JsonObject, mapping } from "../../../source.ts";

/** `schema` with one to three changes; may be unsupported, or equivalent. */
export function mutated(schema: JsonObject): fc.Arbitrary<JsonObject> {
  return fc
    .array(fc.tuple(fc.nat(), fc.nat()), { minLength: 1, maxLength: 3 })
    .map((choices) => choices.reduce((result, [place, change]) => mutate(result, place, change), schema));
}

function mutate(schema: JsonObject, place: number, change: number): JsonObject {
  const copy = structuredClone(schema);
  const parts = [...schemasIn(copy, "")];
  const [target = copy] = parts[place % parts.length] ?? [];
  const possible = changes.filter((candidate) => candidate.fits(target));
  possible[change % possible.length]?.apply(target);
  return copy;
}

interface Change {
  fits(schema: JsonObject): boolean;
  apply(schema: JsonObject): void;
}

function onNumber(keyword: string, by: number): Change {
  return {
    fits: (schema) => typeof schema[keyword] === "number",
    apply: (schema) => {
      schema[keyword] = Math.max(Number(schema[keyword]) + by, keyword.includes("imum") ? -9 : 0);
    },
  };
}

function onType(type: string, set: JsonObject): Change {
  return { fits: (schema) => schema.type === type, apply: (schema) => Object.assign(schema, set) };
}

const bounds = ["minimum", "maximum", "minLength", "maxLength", "minItems", "maxItems", "maxProperties"];
const changes: readonly Change[] = [
  ...bounds.flatMap((keyword) => [onNumber(keyword, 1), onNumber(keyword, -1)]),
  ...bounds.map((keyword) => ({
    fits: (schema: JsonObject) => keyword in schema,
    apply: (schema: JsonObject) => {
      delete schema[keyword];
    },
  })),
  onType("integer", { type: "number" }),
  onType("number", { type: "integer" }),
  onType("integer", { minimum: 0 }),
  onType("integer", { multipleOf: 2 }),
  onType("string", { maxLength: 4 }),
  onType("string", { pattern: "^[a-c]+$" }),
  onType("string", { type: "integer" }),
  onType("array", { uniqueItems: true }),
  onType("array", { uniqueItems: false }),
  onType("array", { maxItems: 2 }),
  onType("object", { additionalProperties: false }),
  onType("object", { additionalProperties: true }),
  onType("object", { additionalProperties: { type: "string" } }),
  onType("object", { minProperties: 1 }),
  onType("boolean", { type: "string" }),
  {
    fits: (schema) => Array.isArray(schema.enum) && schema.enum.length > 1,
    apply: (schema) => {
      schema.enum = [schema.enum ?? []].flat().slice(1);
    },
  },
  {
    fits: (schema) => Array.isArray(schema.enum),
    apply: (schema) => {
      schema.enum = [...new Set([...[schema.enum ?? []].flat(), "new"])];
    },
  },
  {
    fits: (schema) => Array.isArray(schema.required) && schema.required.length > 0,
    apply: (schema) => {
      schema.required = [schema.required ?? []].flat().slice(1);
    },
  },
  {
    fits: (schema) => isObject(schema.properties),
    apply: (schema) => {
      schema.required = Object.keys(mapping(schema.properties));
    },
  },
  {
    fits: (schema) => isObject(schema.properties) && Object.keys(schema.properties).length > 0,
    apply: (schema) => {
      const [first = "", ...others] = Object.entries(mapping(schema.properties));
      schema.properties = Object.fromEntries(others);
      schema.required = [schema.required ?? []].flat().filter((name) => name !== first[0]);
    },
  },
  {
    fits: (schema) => isObject(schema.properties),
    apply: (schema) => {
      if (isObject(schema.properties)) schema.properties.added = { type: "integer" };
    },
  },
  ...(["oneOf", "anyOf"] as const).flatMap((keyword): Change[] => [
    {
      fits: (schema) => Array.isArray(schema[keyword]) && schema[keyword].length > 1,
      apply: (schema) => {
        schema[keyword] = [schema[keyword] ?? []].flat().slice(1);
      },
    },
    {
      fits: (schema) => Array.isArray(schema[keyword]),
      apply: (schema) => {
        schema[keyword] = [...[schema[keyword] ?? []].flat(), { type: "boolean" }];
      },
    },
  ]),
];
