import type { Message } from "../contract.ts";
import { isObject, pointerOf, type Source } from "../source.ts";
import { type Complaint, complaint, type Rule } from "./rule.ts";

export const correlationIdsAreRequiredStrings: Rule = {
  name: "correlation-ids-are-required-strings",
  summary: "The correlation id of a message is a string that every payload has.",
  check: ({ messages, schemaPointers, source }) =>
    messages.flatMap((message) => complaintsAbout(message, schemaPointers[message.payload] ?? "", source)),
};

function complaintsAbout({ name, correlationId }: Message, payload: string, source: Source): Complaint[] {
  if (!correlationId) return [];
  const { path, place } = correlationId;
  const seen = (message: string) => [
    complaint(
      place,
      `the correlation id of "${name}" at "${pointerOf(...path)}" ${message}`,
      "point it at a required string of the payload, such as the id of what the message is about",
    ),
  ];
  let pointer = payload;
  for (const key of path) {
    const { value, pointer: here } = source.resolve(pointer);
    const { properties, required } = isObject(value) ? value : {};
    if (!isObject(properties) || !Object.hasOwn(properties, key)) {
      return seen(`is not in the payload: ${here} has no property "${key}"`);
    }
    if (!Array.isArray(required) || !required.includes(key))
      return seen(`may be absent: ${here} does not require it`);
    pointer = `${here}/properties${pointerOf(key)}`;
  }
  const { value } = source.resolve(pointer);
  return isObject(value) && value.type === "string" ? [] : seen("is not a string");
}
