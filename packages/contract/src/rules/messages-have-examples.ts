import { counted } from "../listed.ts";
import { givenHeaders } from "../model/headers.ts";
import { complaint, type Rule } from "./rule.ts";

/** One for the usual case, one for a variation. */
const wanted = 2;

export const messagesHaveExamples: Rule = {
  name: "messages-have-examples",
  summary: "Every message has at least two examples, with payload and headers.",
  isAdvice: true,
  *check({ messages, schemas }) {
    for (const message of messages) {
      const { name, examples, schemaVersion, place } = message;
      if (examples.length < wanted) {
        yield complaint(
          place,
          `"${name}" has ${counted(examples.length, "example")}`,
          `add examples until there are ${wanted}: documentation and consumer tests use them`,
        );
      }
      const hasHeaders = schemaVersion !== undefined || givenHeaders(message, schemas).length > 0;
      for (const example of examples) {
        for (const part of hasHeaders ? (["payload", "headers"] as const) : (["payload"] as const)) {
          if (example[part] !== undefined) continue;
          yield complaint(
            example.place,
            `the example "${example.name}" of "${name}" has no ${part}`,
            `add what the ${part} of such a message would be`,
          );
        }
      }
    }
  },
};
