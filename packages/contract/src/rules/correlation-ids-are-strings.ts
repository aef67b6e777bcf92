import type { Contract, CorrelationId, Message } from "../contract.ts";
import { givenHeaders, hasType, propertiesOf } from "../model/headers.ts";
import { pointerOf } from "../source.ts";
import { notRequiredString } from "./required-string.ts";
import { type Complaint, complaint, type Rule } from "./rule.ts";

export const correlationIdsAreStrings: Rule = {
  name: "correlation-ids-are-strings",
  summary: "The correlation id of a message is a string that every payload has, or one of its headers.",
  check: (contract) =>
    contract.messages
      // The payload of an invalid message may be unknown.
      .filter(({ place }) => !contract.invalid.some(({ pointer }) => pointer.startsWith(`${place.pointer}/`)))
      .flatMap((message) => complaintsAbout(message, contract)),
};

function complaintsAbout(message: Message, contract: Contract): Complaint[] {
  const { name, payload, correlationId } = message;
  if (!correlationId) return [];
  const { part, path, place } = correlationId;
  const isHeader = part === "headers";
  const problem = isHeader
    ? headerProblem(message, correlationId, contract)
    : notRequiredString(contract.schemaPointers[payload] ?? "", path, contract.source);
  if (problem === undefined) return [];
  return [
    complaint(
      place,
      `the correlation id of "${name}" at "${pointerOf(...path)}" ${problem}`,
      isHeader
        ? "declare a header for it in the headers of the message, with type: string"
        : "point it at a required string of the payload, such as the id of what the message is about",
    ),
  ];
}

/** A header may be optional: a message without it has its own id as correlation id. */
function headerProblem(
  message: Message,
  { path: [header = "", ...inner] }: CorrelationId,
  { schemas }: Contract,
): string | undefined {
  const declared = propertiesOf(schemas[message.headers] ?? {}, schemas).find(([name]) => name === header);
  if (!declared || inner.length > 0) return "is not a header that the message declares";
  if (!givenHeaders(message, schemas).includes(header)) return "is a header that the runtime sets";
  return hasType(declared[1], "string", schemas) ? undefined : "is not a string";
}
