import type { Message } from "../contract.ts";
import { pointerOf, type Source } from "../source.ts";
import { notRequiredString } from "./required-string.ts";
import { type Complaint, complaint, type Rule } from "./rule.ts";

export const correlationIdsAreRequiredStrings: Rule = {
  name: "correlation-ids-are-required-strings",
  summary: "The correlation id of a message is a string that every payload has.",
  check: ({ messages, schemaPointers, source, invalid }) =>
    messages
      // The payload of an invalid message may be unknown.
      .filter(({ place }) => !invalid.some(({ pointer }) => pointer.startsWith(`${place.pointer}/`)))
      .flatMap((message) => complaintsAbout(message, schemaPointers[message.payload] ?? "", source)),
};

function complaintsAbout({ name, correlationId }: Message, payload: string, source: Source): Complaint[] {
  if (!correlationId) return [];
  const { path, place } = correlationId;
  const problem = notRequiredString(payload, path, source);
  if (problem === undefined) return [];
  return [
    complaint(
      place,
      `the correlation id of "${name}" at "${pointerOf(...path)}" ${problem}`,
      "point it at a required string of the payload, such as the id of what the message is about",
    ),
  ];
}
