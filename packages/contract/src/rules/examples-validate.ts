import { compiledChecks } from "../schema/checks.ts";
import { findUnsupported } from "../schema/index.ts";
import { complaint, type Rule } from "./rule.ts";

export const examplesValidate: Rule = {
  name: "examples-validate",
  summary: "Every example of a message is one that its producer could send.",
  *check({ messages, schemas, source }) {
    // Another rule reports schemas that cannot be enforced: they do not compile.
    const check = findUnsupported(schemas).length === 0 ? compiledChecks(schemas) : undefined;
    for (const message of messages) {
      for (const example of message.examples) {
        for (const part of ["payload", "headers"] as const) {
          const value = example[part];
          const problem = value === undefined ? undefined : check?.(message[part], value, true);
          if (!problem) continue;
          yield complaint(
            source.place(`${example.place.pointer}/${part}${problem.pointer}`),
            `in the example "${example.name}" of "${message.name}", ${part}${problem.pointer} ${problem.message}`,
            `change the example, or the schema "${message[part]}"`,
          );
        }
      }
    }
  },
};
