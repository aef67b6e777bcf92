import { compiledChecks } from "../schema/checks.ts";
import { findUnsupported } from "../schema/index.ts";
import { complaint, type Rule } from "./rule.ts";

/** One for the usual case, one for a variation. */
const wantedExamples = 2;

export const examplesValidate: Rule = {
  name: "examples-validate",
  summary: "Every message has at least two examples, each of which its producer could send.",
  *check({ messages, schemas, source }) {
    // Another rule reports schemas that cannot be enforced: they do not compile.
    const check = findUnsupported(schemas).length === 0 ? compiledChecks(schemas) : undefined;
    for (const message of messages) {
      const { examples } = message;
      if (examples.length < wantedExamples) {
        yield complaint(
          message.place,
          `"${message.name}" has ${examples.length} examples`,
          `add examples until there are ${wantedExamples}: documentation and consumer tests use them`,
        );
      }
      for (const example of examples) {
        for (const part of ["payload", "headers"] as const) {
          const value = example[part];
          const where = `the example "${example.name}" of "${message.name}"`;
          const problem = value === undefined ? undefined : check?.(message[part], value, true);
          if (value === undefined) {
            yield complaint(
              example.place,
              `${where} has no ${part}`,
              `add what the ${part} of such a message would be`,
            );
          } else if (problem) {
            yield complaint(
              source.place(`${example.place.pointer}/${part}${problem.pointer}`),
              `in ${where}, ${part}${problem.pointer} ${problem.message}`,
              `change the example, or the schema "${message[part]}"`,
            );
          }
        }
      }
    }
  },
};
