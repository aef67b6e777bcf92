import { Node } from "../model/node.ts";
import { schemasIn } from "../model/schemas.ts";
import { mapping, pointerOf, type Source } from "../source.ts";
import { type Complaint, complaint, type Rule } from "./rule.ts";

export const everythingIsDescribed: Rule = {
  name: "everything-is-described",
  summary: "Every schema, field, message, channel and operation says what it is.",
  isAdvice: true,
  check: ({ source, services }) => [
    ...children("/components/schemas", source).flatMap((pointer) => [
      ...said(pointer, "description", source),
      ...fields(pointer, source).flatMap((field) => said(field, "description", source)),
    ]),
    ...children("/components/messages", source).flatMap((pointer) => said(pointer, "summary", source)),
    ...children("/channels", source).flatMap((pointer) => said(pointer, "description", source)),
    ...children("/operations", source).flatMap((pointer) => said(pointer, "summary", source)),
    ...services.flatMap(({ place }) => said(place.pointer, "description", source)),
  ],
};

function children(pointer: string, source: Source): string[] {
  return Object.keys(new Node(source, pointer).object).map((key) => pointer + pointerOf(key));
}

/** A reference is described by what it refers to. */
function said(pointer: string, keyword: "description" | "summary", source: Source): Complaint[] {
  if (new Node(source, pointer).text(keyword)?.trim()) return [];
  const name = pointer.split("/").at(-1) ?? "";
  return [
    complaint(source.place(pointer), `"${name}" has no ${keyword}`, `add a ${keyword}: its meaning and unit`),
  ];
}

/** The properties at any depth of the schema at `pointer`, references not followed. */
function fields(pointer: string, source: Source): string[] {
  return [...schemasIn(source.at(pointer), pointer)].flatMap(([{ properties }, inside]) =>
    Object.keys(mapping(properties)).map((name) => `${inside}/properties${pointerOf(name)}`),
  );
}
