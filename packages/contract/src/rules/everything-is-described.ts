import { isObject, type JsonObject, type JsonValue, pointerOf, type Source } from "../source.ts";
import { type Complaint, complaint, type Rule } from "./rule.ts";

export const everythingIsDescribed: Rule = {
  name: "everything-is-described",
  summary: "Every schema, field, message, channel and operation says what it is.",
  isAdvice: true,
  check: ({ source, services }) => [
    ...children("/components/schemas", source).flatMap((pointer) => [
      ...said(pointer, "description", source),
      ...fields(pointer, source),
    ]),
    ...children("/components/messages", source).flatMap((pointer) => said(pointer, "summary", source)),
    ...children("/channels", source).flatMap((pointer) => said(pointer, "description", source)),
    ...children("/operations", source).flatMap((pointer) => said(pointer, "summary", source)),
    ...services.flatMap(({ place }) => said(place.pointer, "description", source)),
  ],
};

function children(pointer: string, source: Source): string[] {
  const { value } = source.resolve(pointer);
  return Object.keys(isObject(value) ? value : {}).map((key) => pointer + pointerOf(key));
}

/** A reference is described by what it refers to. */
function said(pointer: string, keyword: "description" | "summary", source: Source): Complaint[] {
  const { value } = source.resolve(pointer);
  const text = isObject(value) ? value[keyword] : undefined;
  if (typeof text === "string" && text.trim() !== "") return [];
  const name = pointer.split("/").at(-1) ?? "";
  return [
    complaint(source.place(pointer), `"${name}" has no ${keyword}`, `add a ${keyword}: its meaning and unit`),
  ];
}

/** The properties at any depth of the schema at `pointer`, references not followed. */
function fields(pointer: string, source: Source): Complaint[] {
  const schema = source.at(pointer);
  if (!isObject(schema)) return [];
  const properties = Object.keys(object(schema.properties)).map(
    (name) => `${pointer}/properties${pointerOf(name)}`,
  );
  const others = Object.entries(schema).flatMap(([keyword, value]) =>
    subschemas(`${pointer}${pointerOf(keyword)}`, keyword, value),
  );
  return [
    ...properties.flatMap((property) => said(property, "description", source)),
    ...[...properties, ...others].flatMap((inner) => fields(inner, source)),
  ];
}

function subschemas(pointer: string, keyword: string, value: JsonValue): string[] {
  if (["items", "additionalProperties"].includes(keyword)) return [pointer];
  if (!["oneOf", "anyOf", "allOf"].includes(keyword) || !Array.isArray(value)) return [];
  return [...value.keys()].map((index) => `${pointer}/${index}`);
}

function object(value: JsonValue | undefined): JsonObject {
  return isObject(value) ? value : {};
}
