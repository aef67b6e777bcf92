/** For tests: a schema with a few random changes. */
import fc from "fast-check";
import { isObject, type JsonObject, type JsonValue, pointerOf, segmentsOf } from "../../../source.ts";

/** `schema` with one to three changes; may be unsupported, or equivalent. */
export function mutated(schema: JsonObject): fc.Arbitrary<JsonObject> {
  return fc
    .array(fc.tuple(fc.nat(), fc.nat()), { minLength: 1, maxLength: 3 })
    .map((choices) => choices.reduce((result, [place, change]) => mutate(result, place, change), schema));
}

function mutate(schema: JsonObject, place: number, change: number): JsonObject {
  const places = schemasIn(schema, "");
  const pointer = places[place % places.length] ?? "";
  const copy = structuredClone(schema);
  const target = at(copy, pointer);
  if (!isObject(target)) return schema;
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
      schema.required = Object.keys(isObject(schema.properties) ? schema.properties : {});
    },
  },
  {
    fits: (schema) => isObject(schema.properties) && Object.keys(schema.properties).length > 0,
    apply: (schema) => {
      const [first = "", ...others] = Object.entries(isObject(schema.properties) ? schema.properties : {});
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

/** Pointers to `schema` and all its parts. */
function schemasIn(schema: JsonValue | undefined, pointer: string): string[] {
  if (!isObject(schema)) return [];
  const { properties, items, additionalProperties } = schema;
  return [
    pointer,
    ...Object.entries(isObject(properties) ? properties : {}).flatMap(([name, inner]) =>
      schemasIn(inner, `${pointer}/properties${pointerOf(name)}`),
    ),
    ...schemasIn(items, `${pointer}/items`),
    ...schemasIn(additionalProperties, `${pointer}/additionalProperties`),
    ...["oneOf", "anyOf", "allOf"].flatMap((keyword) =>
      [schema[keyword] ?? []]
        .flat()
        .flatMap((branch, index) => schemasIn(branch, `${pointer}/${keyword}/${index}`)),
    ),
  ];
}

function at(schema: JsonValue, pointer: string): JsonValue | undefined {
  let here: JsonValue | undefined = schema;
  for (const part of segmentsOf(pointer)) {
    here = Array.isArray(here) ? here[Number(part)] : isObject(here) ? here[part] : undefined;
  }
  return here;
}
