import type { Message } from "../contract.ts";
import { compiledChecks } from "../schema/checks.ts";
import { findUnsupported } from "../schema/index.ts";
import { complaint, type Rule } from "./rule.ts";

/** One for the usual case, one for a variation. */
const wantedExamples = 2;

export const examplesValidate: Rule = {
  name: "examples-validate",
  summary: "Every message has at least two examples, each of which its producer could send.",
  check: ({ messages, schemas, source }) => {
    // Another rule reports schemas that cannot be enforced: they do not compile.
    const check = findUnsupported(schemas).length === 0 ? compiledChecks(schemas) : undefined;
    return messages.flatMap((message) => [
      ...(message.examples.length < wantedExamples ? [tooFew(message)] : []),
      ...message.examples.flatMap(({ name, payload, headers, place }) =>
        Object.entries({ payload, headers }).flatMap(([part, value]) => {
          if (value === undefined) {
            const fix = `add what the ${part} of such a message would be`;
            return [complaint(place, `the example "${name}" of "${message.name}" has no ${part}`, fix)];
          }
          const schema = part === "payload" ? message.payload : message.headers;
          const problem = check?.(schema, value, true);
          if (!problem) return [];
          return [
            complaint(
              source.place(`${place.pointer}/${part}${problem.pointer}`),
              `in the example "${name}" of "${message.name}", ${part}${problem.pointer} ${problem.message}`,
              `change the example, or the schema "${schema}"`,
            ),
          ];
        }),
      ),
    ]);
  },
};

function tooFew(message: Message) {
  return complaint(
    message.place,
    `"${message.name}" has ${message.examples.length} examples`,
    `add examples until there are ${wantedExamples}: documentation and consumer tests use them`,
  );
}
